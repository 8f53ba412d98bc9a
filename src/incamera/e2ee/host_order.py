"""What the host says with the host key (spec/5-group.md, Host).

HostOrder = opaque16 json ‖ signature[64] over "incamera/1 host order" ‖ 0x00 ‖ json
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from incamera.domain import b64u
from incamera.e2ee.device import SIGNATURE_BYTES, is_signed, sign
from incamera.e2ee.reader import Reader, opaque
from incamera.errors import IntegrityError

JSON_BYTES_MAX = 512
_LABEL = "host order"
_SAFE_INTEGER_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class HostOrder:
    """`fields` are those of its type beside v, type, group_id and at."""

    type: str
    group_id: str
    at: int
    fields: Mapping[str, Any]


def sign_order(order_json: bytes, host_seed: bytes) -> bytes:
    """Raises: IntegrityError integrity.order for what nobody would follow."""
    _parse(order_json)
    return opaque(2, order_json) + sign(Ed25519PrivateKey.from_private_bytes(host_seed), _LABEL, order_json)


def open_order(data: bytes, host_public_key: bytes) -> HostOrder:
    """Trust: somebody with S.

    Raises: IntegrityError integrity.order unless it is whole and the host's own.
    """
    try:
        reader = Reader(data)
        order_json, signature = reader.opaque(2, JSON_BYTES_MAX), reader.take(SIGNATURE_BYTES)
        reader.end()
    except ValueError:
        raise IntegrityError("integrity.order") from None
    if not is_signed(host_public_key, _LABEL, order_json, signature):
        raise IntegrityError("integrity.order")
    return _parse(order_json)


def _is_key(value: object) -> bool:
    try:
        return isinstance(value, str) and len(b64u.decode(value)) == 32
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _SAFE_INTEGER_MAX


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


_COMMON: Mapping[str, Callable[[object], bool]] = {"group_id": _is_key, "at": _is_number}
_FIELDS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "admit": {"device": _is_key, "ref": _is_key},
    "remove": {"device": _is_key},
    "lock": {"locked": _is_flag},
    "mark": {"device": _is_key},
    "mute": {"device": _is_key, "epoch": _is_number},
    "end": {"epoch": _is_number},
}


def _parse(order_json: bytes) -> HostOrder:
    try:
        value = msgspec.json.decode(order_json)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise IntegrityError("integrity.order") from None
    if not isinstance(value, dict) or value.get("v") != 1 or not isinstance(value.get("type"), str) or value["type"] not in _FIELDS:
        raise IntegrityError("integrity.order")
    checks = _FIELDS[value["type"]]
    if value.keys() != {"v", "type", *_COMMON, *checks}:
        raise IntegrityError("integrity.order")
    if not all(is_good(value[name]) for name, is_good in {**_COMMON, **checks}.items()):
        raise IntegrityError("integrity.order")
    return HostOrder(value["type"], value["group_id"], value["at"], {name: value[name] for name in checks})
