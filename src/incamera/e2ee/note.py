"""Notes (spec/4-log.md): why nobody adds a joiner. Shown for the joiner's own key package only; no other effect."""

from typing import Literal

import msgspec
from msgspec import Struct

from incamera.e2ee.device import DeviceKeys
from incamera.e2ee.signed_blob import open_blob, sign_blob
from incamera.errors import RemoteError
from incamera.protocol.fields import Bytes32, Code


class Note(Struct, frozen=True):
    """`code` is one of errors.json; the reader knows which ones may be shown."""

    v: Literal[1]
    group_id: Bytes32
    key_package_ref: Bytes32
    code: Code


def sign_note(note: Note, device: DeviceKeys) -> bytes:
    """The SignedNote."""
    return sign_blob("note", msgspec.json.encode(note), device)


def open_note(data: bytes) -> tuple[Note, bytes]:
    """The note and the device key that signed it. Trust: somebody with S.

    Raises: IntegrityError integrity.envelope, RemoteError remote.malformed.
    """
    blob = open_blob("note", data)
    try:
        return msgspec.json.decode(blob.json, type=Note), blob.device_public_key
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise RemoteError("remote.malformed", "This is no note.") from None
