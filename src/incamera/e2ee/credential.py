"""The identity in every leaf (spec/3-identity.md).

version 1 | room_id[16] | group_id[32] | device[32] | contact[32] | leaf key[32] | expires_at u64 | token_hash[32] | opaque8 name
| admission_mac[32] over all before | device_signature[64] over all before
"""

import hmac
from dataclasses import dataclass

from incamera.e2ee.device import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, DeviceKeys, is_signed, sign
from incamera.e2ee.labels import ROOM_ID_BYTES, domain
from incamera.e2ee.names import NAME_BYTES_MAX, is_name
from incamera.e2ee.reader import Reader, opaque
from incamera.errors import DeniedError, IntegrityError

CREDENTIAL_BYTES_MAX = 600
ADMISSION_S = 300
GROUP_ID_BYTES = 32
_HASH_BYTES = 32
_SAFE_INTEGER_MAX = 2**53 - 1
_VERSION = 1
NO_TOKEN = bytes(_HASH_BYTES)


@dataclass(frozen=True, slots=True)
class LeafBinding:
    """The leaf that a credential speaks of. Verifying takes it from the room and the leaf itself, never from the credential."""

    room_id: bytes
    group_id: bytes
    leaf_signature_key: bytes


@dataclass(frozen=True, slots=True)
class Credential:
    """`expires_at` in seconds matters for admission only."""

    binding: LeafBinding
    device_public_key: bytes
    contact_public_key: bytes
    expires_at: int
    token_hash: bytes
    display_name: str
    admission_mac: bytes


@dataclass(frozen=True, slots=True)
class _Parsed:
    credential: Credential
    head: bytes
    claimed: bytes
    signature: bytes


def make_credential(
    binding: LeafBinding, display_name: str, expires_at: int, device: DeviceKeys, admit: bytes, token_hash: bytes = NO_TOKEN
) -> bytes:
    """A fresh credential. `admit` is key("admit"): without S there is none.

    Raises: ValueError for a name that nobody would take.
    """
    if not is_name(display_name):
        raise ValueError("a display name is normalised first")
    fields = (binding.room_id, binding.group_id, device.public_key, device.contact_public_key, binding.leaf_signature_key)
    head = bytes([_VERSION]) + b"".join(fields) + expires_at.to_bytes(8, "big") + token_hash + opaque(1, display_name.encode())
    claimed = head + _mac(admit, head)
    return claimed + sign(device.signing, "credential", claimed)


def verify_credential(data: bytes, expected: LeafBinding, admit: bytes) -> Credential:
    """Everything but time; for that, see `require_admissible`. Trust: a stranger until this returns.

    Raises: IntegrityError integrity.credential for any flaw; which one is nobody's business.
    """
    parsed = _parse(data)
    credential = parsed.credential
    is_bound = credential.binding == expected
    is_admitted = hmac.compare_digest(_mac(admit, parsed.head), credential.admission_mac)
    is_own = is_signed(credential.device_public_key, "credential", parsed.claimed, parsed.signature)
    if not (is_bound and is_name(credential.display_name) and is_admitted and is_own):
        raise IntegrityError("integrity.credential")
    return credential


def require_admissible(credential: Credential, now: int) -> None:
    """For the member that adds, and only it.

    Raises: DeniedError denied.admission-expired, also for an expiry more than 300 s ahead.
    """
    if not now <= credential.expires_at <= now + ADMISSION_S:
        raise DeniedError("denied.admission-expired")


def _mac(admit: bytes, head: bytes) -> bytes:
    return hmac.digest(admit, domain("admission") + head, "sha256")


def _parse(data: bytes) -> _Parsed:
    if len(data) > CREDENTIAL_BYTES_MAX:
        raise IntegrityError("integrity.credential")
    try:
        reader = Reader(data)
        version = reader.unsigned(1)
        room_id, group_id = reader.take(ROOM_ID_BYTES), reader.take(GROUP_ID_BYTES)
        device, contact, leaf = (reader.take(PUBLIC_KEY_BYTES) for _ in range(3))
        expires_at, token_hash = reader.unsigned(8), reader.take(_HASH_BYTES)
        display_name = reader.opaque(1, NAME_BYTES_MAX).decode("utf-8")
        head_end = reader.position
        admission_mac = reader.take(_HASH_BYTES)
        claimed_end = reader.position
        signature = reader.take(SIGNATURE_BYTES)
        reader.end()
    except ValueError:
        raise IntegrityError("integrity.credential") from None
    if version != _VERSION or expires_at > _SAFE_INTEGER_MAX:
        raise IntegrityError("integrity.credential")
    credential = Credential(LeafBinding(room_id, group_id, leaf), device, contact, expires_at, token_hash, display_name, admission_mac)
    return _Parsed(credential, data[:head_end], data[:claimed_end], signature)
