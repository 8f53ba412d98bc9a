"""S and what is derived from it (spec/1-invite.md). Each label gives a key of its own, bound to room and generation.

key(label) = HKDF-SHA-256(ikm = S, salt = "", info = "incamera/1 " ‖ label ‖ 0x00 ‖ room_id[16] ‖ u32(generation), L = 32)
"""

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ROOM_ID_BYTES = 16
SECRET_BYTES = 32
_KEY_BYTES = 32
_GENERATION_MAX = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class RoomKeys:
    """All keys made from S. No field shows itself in a representation."""

    access: bytes = field(repr=False)
    """Shown to the server for a grant."""
    admit: bytes = field(repr=False)
    """HMAC-SHA-256 key of admission MACs."""
    envelope: bytes = field(repr=False)
    heartbeat: bytes = field(repr=False)
    psk: bytes = field(repr=False)
    """Salt of the media key derivation."""


def domain(label: str) -> bytes:
    """What every key, MAC and signature of this protocol begins with: "incamera/1 <label>" ‖ 0x00."""
    return b"incamera/1 " + label.encode("ascii") + b"\x00"


def derive(secret: bytes, label: str, room_id: bytes, generation: int = 0) -> bytes:
    """key(label), 32 bytes.

    Raises: ValueError unless S has 32 bytes, the room id 16 and the generation fits a u32.
    """
    if len(secret) != SECRET_BYTES or len(room_id) != ROOM_ID_BYTES or not 0 <= generation <= _GENERATION_MAX:
        raise ValueError("S has 32 bytes, a room id 16, a generation fits a u32")
    return HKDF(SHA256(), _KEY_BYTES, None, domain(label) + room_id + generation.to_bytes(4, "big")).derive(secret)


def derive_room_keys(secret: bytes, room_id: bytes, generation: int = 0) -> RoomKeys:
    """Every key of one room and generation."""
    return RoomKeys(*(derive(secret, label, room_id, generation) for label in ("access", "admit", "envelope", "heartbeat", "psk")))


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()
