"""Cases of spec/1-invite.md, 2-policy.md and the envelope of 4-log.md."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from incamera.domain import b64u
from incamera.e2ee.device import sign
from incamera.e2ee.envelope import Kind, seal
from incamera.e2ee.host_order import sign_order
from incamera.e2ee.labels import derive, sha256
from incamera.e2ee.link import Invite, emit_link
from incamera.e2ee.policy import Policy, sign_policy
from incamera.e2ee.reader import opaque
from tests.vector.material import Case, Made, damaged, flipped, take

ROOM_ID = take("room", 16)
SECRET = take("S", 32)
HOST_SEED = take("host", 32)
HOST_PUBLIC_KEY = Ed25519PrivateKey.from_private_bytes(HOST_SEED).public_key().public_bytes_raw()
HOST_KEY_HASH = sha256(HOST_PUBLIC_KEY)
LABELS = ("access", "admit", "envelope", "heartbeat", "psk")


def labels() -> Made:
    """Every label, and what must make other keys: generation and room."""
    inputs = [
        (SECRET, ROOM_ID, 0),
        (SECRET, ROOM_ID, 1),
        (SECRET, ROOM_ID, 0xFFFF_FFFF),
        (SECRET, take("other room", 16), 0),
        (bytes(32), bytes(16), 0),
    ]
    return [
        {"secret": secret, "room_id": room_id, "generation": generation} | {label: derive(secret, label, room_id, generation) for label in LABELS}
        for secret, room_id, generation in inputs
    ], []


def links() -> Made:
    """Both links, and what is no link."""
    good = [
        Invite("http://127.0.0.1:8080", ROOM_ID, SECRET, HOST_KEY_HASH),
        Invite("https://calls.example.org", ROOM_ID, SECRET, HOST_KEY_HASH, HOST_SEED),
        Invite("https://calls.example.org", bytes(16), bytes(32), bytes(32), bytes(32)),
        Invite("https://[2001:db8::1]:8443", b"\xff" * 16, b"\xff" * 32, b"\xff" * 32),
    ]
    link = emit_link(good[0])
    head, _, fragment = link.partition("#")
    version, secret, host_hash = fragment.split(".")
    malformed = {
        "without a fragment": head,
        "with an empty fragment": head + "#",
        "without a version": f"{head}#{secret}.{host_hash}",
        "with the hash missing": f"{head}#{version}.{secret}",
        "with the hash empty": f"{head}#{version}.{secret}.",
        "with a fifth part": f"{head}#{version}.{secret}.{host_hash}.{secret}.{secret}",
        "with S cut short": f"{head}#{version}.{secret[:-1]}.{host_hash}",
        "with S too long": f"{head}#{version}.{secret}A.{host_hash}",
        "with padding": f"{head}#{version}.{secret}=.{host_hash}",
        "with unused bits set": f"{head}#{version}.{secret[:-1]}{_with_unused_bit(secret[-1])}.{host_hash}",
        "with the other base64 alphabet": f"{head}#{version}.{'+/' + secret[2:]}.{host_hash}",
        "with a space": f"{head}#{version}.{secret} .{host_hash}",
        "with a trailing newline": link + "\n",
        "with a short room id": link.replace(b64u.encode(ROOM_ID), b64u.encode(ROOM_ID)[:-1]),
        "with a longer path": head + "/more#" + fragment,
        "with a capital version": f"{head}#V1.{secret}.{host_hash}",
    }
    refused: list[Case] = [{"link": text, "code": "local.link-malformed", "why": why} for why, text in malformed.items()]
    refused += [{"link": f"{head}#{text}", "code": "local.link-version", "why": text[:3]} for text in (f"v2.{secret}.{host_hash}", "v10.anything")]
    return [_invite(invite) | {"link": emit_link(invite, for_host=invite.host_seed is not None)} for invite in good], refused


def envelopes() -> Made:
    """Every kind, the bounds, and what must not open."""
    key, nonce = derive(SECRET, "envelope", ROOM_ID), take("nonce", 12)
    good = [(kind, 0, take(f"body {kind.name}", 40)) for kind in Kind]
    good += [(Kind.COMMIT, 1, b"\x01"), (Kind.APPLICATION, 2**53 - 1, take("long", 700)), (Kind.APPLICATION, 0, b"")]
    sealed = seal(key, ROOM_ID, Kind.APPLICATION, 7, b"plaintext", nonce)
    opening: Case = {"key": key, "room_id": ROOM_ID, "kind": "application", "epoch": 7, "sealed": sealed}
    refused: dict[str, Case] = {name: {"sealed": data} for name, data in damaged(sealed).items()} | {
        "of another room": {"room_id": take("other room", 16)},
        "of another kind": {"kind": "commit"},
        "of another epoch": {"epoch": 8},
        "under another key": {"key": derive(SECRET, "heartbeat", ROOM_ID)},
        "with a wrong nonce": {"sealed": flipped(sealed, 8)},
        "with version 2": {"sealed": b"\x02" + sealed[1:]},
        "with a tag and no version": {"sealed": sealed[1:]},
    }
    return [
        {"key": key, "room_id": ROOM_ID, "kind": kind.name.lower(), "epoch": epoch, "nonce": nonce, "plaintext": body}
        | {"sealed": seal(key, ROOM_ID, kind, epoch, body, nonce)}
        for kind, epoch, body in good
    ], [opening | change | {"why": why} for why, change in refused.items()]


def policies() -> Made:
    """Good policies; foreign hosts, rooms and rules."""
    direct = Policy(b64u.encode(ROOM_ID), "direct", 2, 1_780_000_000)
    group = Policy(b64u.encode(ROOM_ID), "group", 100, 2**53 - 1, 3, waiting_room=True, recording="everyone", single_use=True)
    signed = sign_policy(direct, HOST_SEED)
    base = {"v": 1, "room_id": direct.room_id, "generation": 0, "topology": "direct", "capacity": 2, "waiting_room": False}
    base |= {"recording": "forbidden", "expires_at": 1_780_000_000, "single_use": False}
    wrong_rules: dict[str, dict[str, Any]] = {
        "version 2": base | {"v": 2},
        "an unknown field": base | {"colour": "red"},
        "an unknown field that must be understood": base | {"must_hold": True},
        "a field missing": {name: value for name, value in base.items() if name != "recording"},
        "an unknown topology": base | {"topology": "mesh"},
        "an unknown recording": base | {"recording": "quietly"},
        "capacity 1": base | {"topology": "group", "capacity": 1},
        "capacity 101": base | {"topology": "group", "capacity": 101},
        "a direct room for three": base | {"capacity": 3},
        "a capacity in words": base | {"capacity": "2"},
        "a capacity of two and a half": base | {"topology": "group", "capacity": 2.5},
        "one in place of true": base | {"single_use": 1},
        "an expiry before time began": base | {"expires_at": -1},
        "an expiry beyond 2^53": base | {"expires_at": 2**53},
        "another room": base | {"room_id": b64u.encode(take("other room", 16))},
    }
    verifying: Case = {"room_id": ROOM_ID, "host_key_hash": HOST_KEY_HASH, "signed": signed}
    texts = [signed[2:-96], sign_policy(group, HOST_SEED)[2:-96], _spaced(base)]
    cases: list[Case] = [
        {"host_seed": HOST_SEED, "room_id": ROOM_ID, "policy_json": text.decode()}
        | {"signed": _signed(text), "host_key_hash": HOST_KEY_HASH, "policy_hash": sha256(text)}
        for text in texts
    ]
    refused: dict[str, Case] = {name: {"signed": data} for name, data in damaged(signed).items()} | {
        "for another host": {"host_key_hash": take("other host", 32)},
        "for another room": {"room_id": take("other room", 16)},
        "signed for another purpose": {"signed": _signed(json.dumps(base).encode(), "note")},
        "of a list": {"signed": _signed(b"[]")},
        "of text that is not JSON": {"signed": _signed(b"{")},
        "of text that is not UTF-8": {"signed": _signed(json.dumps(base).encode() + b"\xff")},
        "with NaN": {"signed": _signed(json.dumps(base | {"capacity": float("nan")}).encode())},
        "over 2,048 bytes": {"signed": _signed(json.dumps(base).encode() + b" " * 2_048)},
    }
    refused |= {f"with {name}": {"signed": _signed(json.dumps(rules).encode())} for name, rules in wrong_rules.items()}
    return cases, [verifying | change | {"why": why} for why, change in refused.items()]


def host_orders() -> Made:
    """Each order, and what nobody follows."""
    key = b64u.encode(take("device", 32))
    head = {"v": 1, "group_id": b64u.encode(take("group", 32)), "at": 1_780_000_000_000}
    good: list[dict[str, Any]] = [
        {"type": "admit", "device": key, "ref": b64u.encode(take("ref", 32))},
        {"type": "remove", "device": key},
        {"type": "lock", "locked": True},
        {"type": "lock", "locked": False},
        {"type": "mark", "device": key},
        {"type": "mute", "device": key, "epoch": 7},
        {"type": "end", "epoch": 2**53 - 1},
    ]
    texts = [json.dumps(head | order, separators=(",", ":")).encode() for order in good]
    order = sign_order(texts[0], HOST_SEED)
    opening: Case = {"host_public_key": HOST_PUBLIC_KEY, "order": order}
    wrong: dict[str, dict[str, Any]] = {
        "of an unknown type": {"type": "mint", "device": key},
        "with an unknown field": good[1] | {"also": key},
        "with a field missing": {"type": "mute", "device": key},
        "with one in place of true": {"type": "lock", "locked": 1},
        "with a short device": {"type": "remove", "device": key[:-1]},
        "of version 2": good[1] | {"v": 2},
        "with a time before time began": good[1] | {"at": -1},
        "with an epoch beyond 2^53": {"type": "end", "epoch": 2**53},
        "that is too long": good[1] | {"device": key * 12},
    }
    refused: dict[str, Case] = {name: {"order": data} for name, data in damaged(order).items()} | {
        "by another host": {"host_public_key": take("other host", 32)},
        "signed for another purpose": {"order": _order(texts[0], "policy")},
        "of a list": {"order": _order(b"[]")},
    }
    refused |= {name: {"order": _order(json.dumps(head | fields, separators=(",", ":")).encode())} for name, fields in wrong.items()}
    return [
        {"host_seed": HOST_SEED, "host_public_key": HOST_PUBLIC_KEY, "json": text.decode(), "order": sign_order(text, HOST_SEED)} for text in texts
    ], [opening | change | {"why": why} for why, change in refused.items()]


def _order(order_json: bytes, label: str = "host order") -> bytes:
    return opaque(2, order_json) + sign(Ed25519PrivateKey.from_private_bytes(HOST_SEED), label, order_json)


def _invite(invite: Invite) -> Case:
    return {
        "origin": invite.origin,
        "room_id": invite.room_id,
        "secret": invite.secret,
        "host_key_hash": invite.host_key_hash,
        "host_seed": invite.host_seed,
    }


def _with_unused_bit(character: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(character) | 1]


def _spaced(rules: dict[str, Any]) -> bytes:
    return json.dumps(dict(reversed(rules.items())), indent=1).encode()


def _signed(policy_json: bytes, label: str = "policy") -> bytes:
    return opaque(2, policy_json) + HOST_PUBLIC_KEY + sign(Ed25519PrivateKey.from_private_bytes(HOST_SEED), label, policy_json)
