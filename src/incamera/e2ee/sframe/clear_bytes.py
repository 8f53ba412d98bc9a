"""How many leading bytes of an encoded frame stay readable, so that browsers' packetizers still work (measured, spec/9-media.md).

They are authenticated as metadata.
"""

from enum import IntEnum


class Codec(IntEnum):
    """The codec ids of spec/9-media.md whose frames need no rewriting."""

    OPUS = 1
    VP8 = 2
    VP9 = 3


def clear_bytes(codec: Codec, frame: bytes) -> int | None:
    """None: a frame that this codec cannot make.

    VP8: bit 0 of the first byte is 0 on key frames. Source: RFC 6386 §9.1.
    """
    if codec is not Codec.VP8:
        return 0
    if not frame:
        return None
    length = 10 if frame[0] & 1 == 0 else 1
    return length if len(frame) >= length else None
