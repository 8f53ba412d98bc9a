"""The host's signature that asks for a grant with `moderate`."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from incamera.control.limits import HOST_PROOF_AGE_S_MAX
from incamera.domain.room import Room
from incamera.errors import DeniedError

_LABEL = b"incamera/1 host grant\x00"


def signed_bytes(room: Room, at: int) -> bytes:
    """What the host key signs. Source: spec/7-server.md."""
    return _LABEL + room.room_id + at.to_bytes(8, "big")


def verify_host_proof(room: Room, signature: bytes, at: int, now: int) -> None:
    """Raises: DeniedError denied.room-or-key unless the room's host signed within 300 s."""
    if abs(now - at) > HOST_PROOF_AGE_S_MAX:
        raise DeniedError("denied.room-or-key")
    try:
        Ed25519PublicKey.from_public_bytes(room.host_public_key).verify(signature, signed_bytes(room, at))
    except (InvalidSignature, ValueError):
        raise DeniedError("denied.room-or-key") from None
