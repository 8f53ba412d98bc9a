"""A device's signed JSON: opaque16 json ‖ device_public_key[32] ‖ signature[64] (spec/4-log.md, 5-group.md)."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from incamera.e2ee.device import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, DeviceKeys, is_signed, sign
from incamera.e2ee.reader import Reader, opaque
from incamera.errors import IntegrityError

JSON_BYTES_MAX = 4_096
Label = Literal["heartbeat", "note"]


@dataclass(frozen=True, slots=True)
class SignedBlob:
    """Signed by the key that it names; whether that key is anybody's is the caller's question."""

    json: bytes
    device_public_key: bytes


def sign_blob(label: Label, blob_json: bytes, device: DeviceKeys) -> bytes:
    """Raises: ValueError beyond 4,096 bytes."""
    if len(blob_json) > JSON_BYTES_MAX:
        raise ValueError("signed JSON has at most 4,096 bytes")
    return opaque(2, blob_json) + device.public_key + sign(device.signing, label, blob_json)


def open_blob(label: Label, data: bytes) -> SignedBlob:
    """Trust: somebody with S.

    Raises: IntegrityError integrity.envelope unless it is JSON, signed by the key that it names.
    """
    try:
        reader = Reader(data)
        blob_json = reader.opaque(2, JSON_BYTES_MAX)
        device_public_key, signature = reader.take(PUBLIC_KEY_BYTES), reader.take(SIGNATURE_BYTES)
        reader.end()
    except ValueError:
        raise IntegrityError("integrity.envelope") from None
    if not is_signed(device_public_key, label, blob_json, signature) or not _is_json(blob_json):
        raise IntegrityError("integrity.envelope")
    return SignedBlob(blob_json, device_public_key)


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return True
