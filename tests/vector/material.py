"""Bytes that look random and never change, and the small changes that an attacker tries."""

import hashlib
from typing import Any

Case = dict[str, Any]
Made = tuple[list[Case], list[Case]]
"""What must come out exactly so, and what must be refused."""


def take(name: str, length: int) -> bytes:
    """The same bytes for the same name, for ever."""
    blocks = (hashlib.sha256(f"incamera vector {name} {number}".encode()).digest() for number in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def flipped(data: bytes, bit: int) -> bytes:
    """One bit turned; a negative number counts from the end."""
    at = bit % (len(data) * 8)
    changed = bytearray(data)
    changed[at // 8] ^= 1 << (at % 8)
    return bytes(changed)


def damaged(data: bytes) -> dict[str, bytes]:
    """What every parser must refuse."""
    return {
        "empty": b"",
        "cut in half": data[: len(data) // 2],
        "without its last byte": data[:-1],
        "with a trailing byte": data + b"\x00",
        "with the first bit turned": flipped(data, 0),
        "with a bit turned in the middle": flipped(data, len(data) * 4),
        "with the last bit turned": flipped(data, -1),
    }


def hexed(value: object) -> Any:
    """Bytes as hex, all the way down."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: hexed(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [hexed(one) for one in value]
    return value
