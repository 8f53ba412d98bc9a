"""The emoji that people compare (spec/10-verification.md): what a member commits to, and which seven follow from what all revealed."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from incamera.e2ee.epoch_code import roster_hash
from incamera.e2ee.labels import domain, sha256

NONCE_BYTES = 32
RUN_ID_BYTES = 16
EMOJI_SHOWN = 7
_BITS_EACH = 6
_STREAM_BYTES = 6


@dataclass(frozen=True, slots=True)
class Run:
    """Where a run takes place; `roster` holds device public keys by leaf index."""

    run_id: bytes
    epoch_authenticator: bytes = field(repr=False)
    roster: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Revealed:
    """What one member committed to, and the nonce behind it."""

    commitment: bytes
    nonce: bytes


def commitment_of(run: Run, leaf_index: int, nonce: bytes) -> bytes:
    """32 bytes that are good for this member in this run alone.

    Raises: KeyError for a leaf that is not in the roster, ValueError unless run id and nonce have their lengths.
    """
    if len(run.run_id) != RUN_ID_BYTES or len(nonce) != NONCE_BYTES:
        raise ValueError("a run id has 16 bytes, a nonce 32")
    member = leaf_index.to_bytes(4, "big") + run.roster[leaf_index]
    return sha256(domain("sas commitment") + run.run_id + run.epoch_authenticator + roster_hash(run.roster) + member + nonce)


def opens(commitment: bytes, run: Run, leaf_index: int, nonce: bytes) -> bool:
    """Whether this nonce is the one that was promised. Trust: a member."""
    return hmac.compare_digest(commitment, commitment_of(run, leaf_index, nonce))


def sas_numbers(run: Run, revealed: Mapping[int, Revealed]) -> tuple[int, ...]:
    """Seven numbers from 0 to 63, of the list in spec/emoji.json. `revealed` is of every leaf of the roster, opened before.

    Raises: ValueError when somebody's is missing or too much.
    """
    if revealed.keys() != run.roster.keys():
        raise ValueError("every member reveals, and nobody else")
    leaves = sorted(revealed)
    keying = run.epoch_authenticator + b"".join(revealed[leaf].nonce for leaf in leaves)
    commitments = sha256(b"".join(revealed[leaf].commitment for leaf in leaves))
    info = domain("sas") + run.run_id + roster_hash(run.roster) + commitments
    stream = int.from_bytes(HKDF(SHA256(), _STREAM_BYTES, None, info).derive(keying), "big")
    top = _STREAM_BYTES * 8 - _BITS_EACH
    return tuple(stream >> (top - _BITS_EACH * at) & 63 for at in range(EMOJI_SHOWN))
