"""The host's promise about a room (spec/2-policy.md): JSON, signed and carried verbatim.

SignedPolicy = opaque16 policy_json ‖ host_public_key[32] ‖ signature[64]
signature    = Ed25519(host_seed, "incamera/1 policy" ‖ 0x00 ‖ policy_json)
policy_hash  = SHA-256(policy_json)
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from incamera.domain import b64u
from incamera.e2ee.device import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, is_signed, sign
from incamera.e2ee.labels import sha256
from incamera.e2ee.reader import Reader, opaque
from incamera.errors import IntegrityError

Topology = Literal["direct", "group"]
Recording = Literal["forbidden", "notify", "everyone"]
POLICY_BYTES_MAX = 2_048
_SAFE_INTEGER_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Policy:
    """`room_id` is b64u; `expires_at` in seconds. Field names are those on the wire."""

    room_id: str
    topology: Topology
    capacity: int
    expires_at: int
    generation: int = 0
    waiting_room: bool = False
    recording: Recording = "forbidden"
    single_use: bool = False


@dataclass(frozen=True, slots=True)
class VerifiedPolicy:
    """`policy_hash` stands in every group's context."""

    policy: Policy
    policy_hash: bytes


def sign_policy(policy: Policy, host_seed: bytes) -> bytes:
    """The SignedPolicy.

    Raises: IntegrityError integrity.policy for a policy that no client would take.
    """
    policy_json = json.dumps({"v": 1} | asdict(policy), separators=(",", ":")).encode()
    _parse(policy_json, b64u.decode(policy.room_id))
    host = Ed25519PrivateKey.from_private_bytes(host_seed)
    return opaque(2, policy_json) + host.public_key().public_bytes_raw() + sign(host, "policy", policy_json)


def verify_policy(signed: bytes, room_id: bytes, host_key_hash: bytes) -> VerifiedPolicy:
    """Trust: the server, until this returns.

    Raises: IntegrityError integrity.policy unless it is this room's policy by the host whom the link names. The caller does not join.
    """
    try:
        reader = Reader(signed)
        policy_json = reader.opaque(2, POLICY_BYTES_MAX)
        host_public_key, signature = reader.take(PUBLIC_KEY_BYTES), reader.take(SIGNATURE_BYTES)
        reader.end()
    except ValueError:
        raise IntegrityError("integrity.policy", "It is malformed.") from None
    if not hmac.compare_digest(sha256(host_public_key), host_key_hash):
        raise IntegrityError("integrity.policy", "Another host signed it.")
    if not is_signed(host_public_key, "policy", policy_json, signature):
        raise IntegrityError("integrity.policy", "The host's signature does not fit.")
    return VerifiedPolicy(_parse(policy_json, room_id), sha256(policy_json))


def _is_integer(value: object, least: int, most: int) -> bool:
    # 2.0 is the integer 2 in JSON, as it is in JavaScript; true is not 1.
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return (is_number or (isinstance(value, float) and value.is_integer())) and least <= value <= most  # type: ignore[operator]


def _is_word(*words: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in words


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


_FIELDS: Mapping[str, Callable[[object], bool]] = {
    "v": lambda value: _is_integer(value, 1, 1),
    "room_id": lambda value: isinstance(value, str),
    "generation": lambda value: _is_integer(value, 0, 0xFFFF_FFFF),
    "topology": _is_word("direct", "group"),
    "capacity": lambda value: _is_integer(value, 2, 100),
    "waiting_room": _is_boolean,
    "recording": _is_word("forbidden", "notify", "everyone"),
    "expires_at": lambda value: _is_integer(value, 0, _SAFE_INTEGER_MAX),
    "single_use": _is_boolean,
}


def _parse(policy_json: bytes, room_id: bytes) -> Policy:
    try:
        value = json.loads(policy_json.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise IntegrityError("integrity.policy", "It is not JSON.") from None
    if not isinstance(value, dict) or value.keys() != _FIELDS.keys():
        raise IntegrityError("integrity.policy", "A rule is missing, or this version does not know one.")
    for name, is_good in _FIELDS.items():
        if not is_good(value[name]):
            raise IntegrityError("integrity.policy", f"The rule {name} is out of range.")
    if value["room_id"] != b64u.encode(room_id):
        raise IntegrityError("integrity.policy", "It is another room's.")
    if value["topology"] == "direct" and value["capacity"] != 2:
        raise IntegrityError("integrity.policy", "The rule capacity is out of range.")
    fields: dict[str, Any] = {name: int(one) if isinstance(one, float) else one for name, one in value.items() if name != "v"}
    return Policy(**fields)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
