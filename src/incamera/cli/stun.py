"""STUN messages as the relay probe needs them; no IO.

 0                   2                   4
+-------------------+-------------------+
| type u16          | length u16        |
+-------------------+-------------------+
| magic cookie u32                      |
| transaction id[12]                    |
+---------------------------------------+
| attributes: type u16, length u16, value, zeros to 4

Source: RFC 8489 §5, §14; RFC 8656 §18.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address

from incamera.errors import RemoteError

HEADER_BYTES = 20
MESSAGE_BYTES_MAX = 2_048
_COOKIE = 0x2112A442
_SUCCESS, _ERROR = 0x0100, 0x0110
_INTEGRITY_BYTES = 20


class Method(IntEnum):
    """What is asked."""

    BINDING = 0x0001
    ALLOCATE = 0x0003
    REFRESH = 0x0004
    CREATE_PERMISSION = 0x0008


class Attribute(IntEnum):
    """Those that are sent or read here."""

    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    ERROR_CODE = 0x0009
    LIFETIME = 0x000D
    XOR_PEER_ADDRESS = 0x0012
    REALM = 0x0014
    NONCE = 0x0015
    XOR_RELAYED_ADDRESS = 0x0016
    REQUESTED_TRANSPORT = 0x0019
    XOR_MAPPED_ADDRESS = 0x0020


@dataclass(frozen=True, slots=True)
class Answer:
    """`error` is 0 for a success. `is_signed_by` tells whether the sender knows the key."""

    method: int
    error: int
    attributes: dict[int, bytes] = field(repr=False)
    _data: bytes = field(repr=False)
    _integrity_at: int | None

    def is_signed_by(self, key: bytes) -> bool:
        """Whether MESSAGE-INTEGRITY is there and fits."""
        if self._integrity_at is None:
            return False
        covered = _with_length(self._data[: self._integrity_at], self._integrity_at + 4 + _INTEGRITY_BYTES - HEADER_BYTES)
        return hmac.compare_digest(hmac.digest(key, covered, "sha1"), self.attributes[Attribute.MESSAGE_INTEGRITY])


def long_term_key(username: str, realm: str, password: str) -> bytes:
    """The key of MESSAGE-INTEGRITY. Source: RFC 8489 §9.2.2, which prescribes MD5."""
    return hashlib.md5(f"{username}:{realm}:{password}".encode(), usedforsecurity=False).digest()


def emit_request(method: Method, transaction_id: bytes, attributes: Sequence[tuple[Attribute, bytes]] = (), key: bytes | None = None) -> bytes:
    """A request, signed when there is a key."""
    body = b"".join(_attribute(kind, value) for kind, value in attributes)
    head = int(method).to_bytes(2, "big") + len(body).to_bytes(2, "big") + _COOKIE.to_bytes(4, "big") + transaction_id
    if key is None:
        return head + body
    covered = _with_length(head + body, len(body) + 4 + _INTEGRITY_BYTES)
    return covered + _attribute(Attribute.MESSAGE_INTEGRITY, hmac.digest(key, covered, "sha1"))


def parse_answer(data: bytes, transaction_id: bytes) -> Answer:
    """The answer to our request. Trust: the network.

    Raises: RemoteError remote.malformed.
    """
    wrong = RemoteError("remote.malformed", "The relay's answer is not STUN.")
    if not HEADER_BYTES <= len(data) <= MESSAGE_BYTES_MAX or data[4:8] != _COOKIE.to_bytes(4, "big") or data[8:20] != transaction_id:
        raise wrong
    kind = int.from_bytes(data[:2], "big")
    if int.from_bytes(data[2:4], "big") != len(data) - HEADER_BYTES or kind & 0x0100 == 0:
        raise wrong
    attributes: dict[int, bytes] = {}
    integrity_at, at = None, HEADER_BYTES
    while at < len(data):
        if at + 4 > len(data):
            raise wrong
        name, length = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        if at + 4 + length > len(data):
            raise wrong
        if name == Attribute.MESSAGE_INTEGRITY and integrity_at is None:
            integrity_at = at
        attributes.setdefault(name, data[at + 4 : at + 4 + length])
        at += 4 + length + -length % 4
    if integrity_at is not None and len(attributes[Attribute.MESSAGE_INTEGRITY]) != _INTEGRITY_BYTES:
        raise wrong
    return Answer(kind & 0xFEEF, _error_of(kind, attributes, wrong), attributes, data, integrity_at)


def xor_address(address: IPv4Address | IPv6Address, port: int, transaction_id: bytes) -> bytes:
    """The value of XOR-PEER-ADDRESS. Source: RFC 8489 §14.2."""
    mask = _COOKIE.to_bytes(4, "big") + transaction_id
    hidden = bytes(one ^ other for one, other in zip(address.packed, mask, strict=False))
    return bytes([0, 1 if address.version == 4 else 2]) + (port ^ (_COOKIE >> 16)).to_bytes(2, "big") + hidden


def _error_of(kind: int, attributes: dict[int, bytes], wrong: RemoteError) -> int:
    if kind & 0x0110 == _SUCCESS:
        return 0
    code = attributes.get(Attribute.ERROR_CODE, b"")
    if kind & 0x0110 != _ERROR or len(code) < 4:
        raise wrong
    return (code[2] & 7) * 100 + code[3]


def _attribute(kind: Attribute, value: bytes) -> bytes:
    return int(kind).to_bytes(2, "big") + len(value).to_bytes(2, "big") + value + bytes(-len(value) % 4)


def _with_length(message: bytes, length: int) -> bytes:
    return message[:2] + length.to_bytes(2, "big") + message[4:]
