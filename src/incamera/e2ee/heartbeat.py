"""Heartbeats (spec/5-group.md): what a member believes about the group, signed by its device."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from incamera.e2ee.device import DeviceKeys
from incamera.e2ee.labels import domain, sha256
from incamera.e2ee.signed_blob import open_blob, sign_blob
from incamera.errors import RemoteError
from incamera.protocol.fields import Bytes32, Count

NO_MESSAGES = bytes(32)
"""digest_0."""

_TranscriptHash = Annotated[str, Meta(max_length=43, pattern=r"^(?:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])?$(?!\n)")]
_KidText = Annotated[str, Meta(max_length=5, pattern=r"^(?:0|[1-9][0-9]*)$(?!\n)")]


class Previous(Struct, frozen=True):
    """The sender's own application messages in the epoch before."""

    epoch: Count
    sent: Count
    digest: Bytes32


class Heartbeat(Struct, frozen=True):
    """`transcript` is b64u of the confirmed transcript hash, empty in the group's first epoch; `ctrs` holds next counters by KID, at most 64."""

    v: Literal[1]
    group_id: Bytes32
    epoch: Count
    transcript: _TranscriptHash
    leaf: Count
    beat: Count
    sent: Count
    digest: Bytes32
    previous: Previous | None
    ctrs: Annotated[dict[_KidText, Count], Meta(max_length=64)]


def next_digest(digest: bytes, private_message: bytes) -> bytes:
    """SHA-256("incamera/1 digest" ‖ 0x00 ‖ digest ‖ SHA-256(message)): who counted the same messages has the same digest."""
    return sha256(domain("digest") + digest + sha256(private_message))


def sign_heartbeat(heartbeat: Heartbeat, device: DeviceKeys) -> bytes:
    """As it goes into the envelope under key("heartbeat")."""
    return sign_blob("heartbeat", msgspec.json.encode(heartbeat), device)


def open_heartbeat(data: bytes) -> tuple[Heartbeat, bytes]:
    """The heartbeat and the device key that signed it; the caller asks the roster whose that is. Trust: somebody with S.

    Raises: IntegrityError integrity.envelope, RemoteError remote.malformed.
    """
    blob = open_blob("heartbeat", data)
    try:
        return msgspec.json.decode(blob.json, type=Heartbeat), blob.device_public_key
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise RemoteError("remote.malformed", "This is no heartbeat.") from None
