"""The thirty digits that people compare (spec/10-verification.md)."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from incamera.e2ee.labels import domain, sha256

_GROUPS = 6
_GROUP_BYTES = 5


def roster_hash(roster: Mapping[int, bytes]) -> bytes:
    """SHA-256 over each leaf by index with its device public key."""
    return sha256(b"".join(leaf_index.to_bytes(4, "big") + roster[leaf_index] for leaf_index in sorted(roster)))


def epoch_code(epoch_authenticator: bytes, roster: Mapping[int, bytes]) -> str:
    """Six groups of five digits. `roster` holds device public keys by leaf index.

    Equal on every member of the same epoch with the same roster, and different if anyone stands between.
    """
    info = domain("epoch code") + roster_hash(roster)
    stream = HKDF(SHA256(), _GROUPS * _GROUP_BYTES, None, info).derive(epoch_authenticator)
    numbers = (int.from_bytes(stream[at : at + _GROUP_BYTES], "big") % 100_000 for at in range(0, len(stream), _GROUP_BYTES))
    return " ".join(f"{number:05}" for number in numbers)
