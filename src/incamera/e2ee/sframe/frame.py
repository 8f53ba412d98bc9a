"""Whole frames (spec/9-media.md): wire = clear ‖ SFrame header ‖ ciphertext ‖ tag; metadata = codec id ‖ clear.

Every refusal has its reason; a refused frame is never rendered, a frame without key is never sent.
"""

from dataclasses import dataclass
from typing import Literal

from incamera.e2ee.sframe.cipher import TAG_BYTES, open_payload, seal_payload
from incamera.e2ee.sframe.clear_bytes import Codec, clear_bytes
from incamera.e2ee.sframe.header import HEADER_BYTES_MAX, Header, parse_header
from incamera.e2ee.sframe.key_schedule import KidKeys
from incamera.e2ee.sframe.keyring import Keyring, ReceiveKey
from incamera.e2ee.sframe.kid import split_kid
from incamera.errors import IntegrityError, RemoteError

FRAME_BYTES_MAX = 16 * 1024 * 1024
Refusal = Literal["empty", "short", "no-key", "unknown-kid", "wrong-leaf", "wrong-context", "replay", "tag", "codec"]


class FrameRefusedError(IntegrityError):
    """This frame is dropped and counted by `reason`."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__("integrity.replay" if reason == "replay" else "integrity.unsealed-frame", f"refused: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tile:
    """Whose stream is shown where; a frame opens only on its own tile."""

    leaf_index: int
    context: int


def seal_frame(keyring: Keyring, context: int, codec: Codec, frame: bytes) -> bytes:
    """Raises: FrameRefusedError empty, codec, no-key. The caller sends nothing."""
    if not frame:
        raise FrameRefusedError("empty")
    clear_length = clear_bytes(codec, frame)
    if clear_length is None:
        raise FrameRefusedError("codec")
    send = keyring.next_send_key(context)
    if send is None:
        raise FrameRefusedError("no-key")
    clear = frame[:clear_length]
    return clear + seal_payload(send.keys, send.kid, send.ctr, bytes([codec]) + clear, frame[clear_length:])


def open_frame(keyring: Keyring, tile: Tile, codec: Codec, wire: bytes, now_ms: float) -> bytes:
    """The frame. Trust: none. The window moves only after the tag fitted.

    Raises: FrameRefusedError. The caller shows nothing.
    """
    clear_length, header = _parse(codec, wire)
    receive = _key_for(keyring, tile, header, now_ms)
    if not receive.window.is_fresh(header.ctr):
        raise FrameRefusedError("replay")
    clear = wire[:clear_length]
    plaintext = _open(receive.keys, header, bytes([codec]) + clear, wire[clear_length:])
    receive.window.accept(header.ctr)
    return clear + plaintext


def _parse(codec: Codec, wire: bytes) -> tuple[int, Header]:
    if not wire:
        raise FrameRefusedError("empty")
    clear_length = clear_bytes(codec, wire)
    if clear_length is None or not clear_length + 1 + TAG_BYTES <= len(wire) <= FRAME_BYTES_MAX:
        raise FrameRefusedError("short")
    try:
        header = parse_header(wire[clear_length : clear_length + HEADER_BYTES_MAX])
    except RemoteError:
        raise FrameRefusedError("short") from None
    return clear_length, header


def _key_for(keyring: Keyring, tile: Tile, header: Header, now_ms: float) -> ReceiveKey:
    parts = split_kid(header.kid)
    if parts is None:
        raise FrameRefusedError("unknown-kid")
    if parts.leaf_index != tile.leaf_index:
        raise FrameRefusedError("wrong-leaf")
    if parts.context != tile.context:
        raise FrameRefusedError("wrong-context")
    receive = keyring.receive_key(header.kid, now_ms)
    if receive is None:
        raise FrameRefusedError("no-key")
    return receive


def _open(keys: KidKeys, header: Header, metadata: bytes, sealed: bytes) -> bytes:
    try:
        return open_payload(keys, header, metadata, sealed)
    except IntegrityError:
        raise FrameRefusedError("tag") from None
