"""The outer envelope of everything that the server carries (spec/4-log.md).

 0      1                    13
+------+--------------------+-------------------------------+
| 0x01 | nonce[12], random  | AES-256-GCM ciphertext ‖ tag  |
+------+--------------------+-------------------------------+
aad = "incamera/1 envelope" ‖ 0x00 ‖ kind u8 ‖ epoch u64 ‖ room_id[16]
"""

from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from incamera.e2ee.labels import domain
from incamera.errors import IntegrityError

ENVELOPE_BYTES_MAX = 65_536
NONCE_BYTES = 12
_VERSION = b"\x01"
_OVERHEAD_BYTES = 1 + NONCE_BYTES + 16


class Kind(IntEnum):
    """What is inside; authenticated, so that no entry passes for one of another kind."""

    GENESIS = 1
    JOIN = 2
    COMMIT = 3
    WELCOME = 4
    APPLICATION = 5
    REFUSAL = 6
    POLICY = 7
    HEARTBEAT = 8


def seal(key: bytes, room_id: bytes, kind: Kind, epoch: int, plaintext: bytes, nonce: bytes) -> bytes:
    """`nonce` is 12 random bytes, never used twice with the same key.

    Raises: ValueError when the envelope would be larger than 65,536 bytes.
    """
    if len(plaintext) + _OVERHEAD_BYTES > ENVELOPE_BYTES_MAX or len(nonce) != NONCE_BYTES:
        raise ValueError("an envelope has at most 65,536 bytes and a nonce of 12")
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, _aad(room_id, kind, epoch))


def open_envelope(key: bytes, room_id: bytes, kind: Kind, epoch: int, sealed: bytes) -> bytes:
    """The plaintext. Trust: the server.

    Raises: IntegrityError integrity.envelope: altered, of another room, kind or epoch, or by somebody without S. The caller counts it.
    """
    if not _OVERHEAD_BYTES <= len(sealed) <= ENVELOPE_BYTES_MAX or sealed[:1] != _VERSION:
        raise IntegrityError("integrity.envelope")
    nonce = sealed[1 : 1 + NONCE_BYTES]
    try:
        return AESGCM(key).decrypt(nonce, sealed[1 + NONCE_BYTES :], _aad(room_id, kind, epoch))
    except InvalidTag:
        raise IntegrityError("integrity.envelope") from None


def _aad(room_id: bytes, kind: Kind, epoch: int) -> bytes:
    return domain("envelope") + bytes([kind]) + epoch.to_bytes(8, "big") + room_id
