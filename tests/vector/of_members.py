"""Cases of spec/3-identity.md, 5-group.md, 6-payloads.md, 10-verification.md and the notes of 4-log.md."""

import hmac
import json

import msgspec

from incamera.domain import b64u
from incamera.e2ee.credential import LeafBinding, make_credential
from incamera.e2ee.device import DeviceKeys, sign
from incamera.e2ee.epoch_code import epoch_code
from incamera.e2ee.heartbeat import NO_MESSAGES, Heartbeat, Previous, next_digest, sign_heartbeat
from incamera.e2ee.labels import derive, domain
from incamera.e2ee.names import normalise_name
from incamera.e2ee.note import Note, sign_note
from incamera.e2ee.padding import PAYLOAD_BYTES_MAX, pad
from incamera.e2ee.reader import opaque
from incamera.e2ee.signed_blob import JSON_BYTES_MAX
from tests.vector.material import Case, Made, damaged, flipped, take
from tests.vector.of_rooms import ROOM_ID, SECRET

SIGNING_SEED = take("device", 32)
DEVICE = DeviceKeys.from_seeds(SIGNING_SEED, take("contact", 32))
GROUP_ID = take("group", 32)
BINDING = LeafBinding(ROOM_ID, GROUP_ID, take("leaf", 32))
ADMIT = derive(SECRET, "admit", ROOM_ID)
NAMES = ("Ada", "Zoë Ångström", "李小龍", "नमस्ते", "a" * 64, "🙂" * 32, "Ada  Lovelace", "  Ada\tLovelace\n", "ﬁve", "Åsa", "Ada\u00a0L.", "Ⅷ")
BAD_NAMES = ("", " ", "a" * 65, "🙂" * 33, "Ada\u202eBob", "Ada\u2066Bob", "A\u200dda", "Ada\ue000", "Ada\x7f", "Ada\x00", "\ufeffAda", "\ufdfa" * 4)
NOT_ON_THE_WIRE = (" Ada", "Ada ", "ﬁve", "A\u030asa", "Ada\u00a0L.", "Ada\u2028Bob")


def names() -> Made:
    """What may be typed, what it becomes, and what may not arrive."""
    good: list[Case] = [{"typed": typed, "name": normalise_name(typed)} for typed in NAMES]
    return good, [*({"typed": typed} for typed in BAD_NAMES), *({"name": name} for name in NOT_ON_THE_WIRE)]


def credentials() -> Made:
    """Good ones by several names; every binding that can be wrong."""
    verifying: Case = {"admit": ADMIT, "room_id": ROOM_ID, "group_id": GROUP_ID, "leaf_signature_key": BINDING.leaf_signature_key}
    good = make_credential(BINDING, "Ada", 1_780_000_300, DEVICE, ADMIT)
    refused: dict[str, Case] = {why: {"credential": data} for why, data in damaged(good).items()} | {
        "for another room": {"room_id": take("other room", 16)},
        "for another group": {"group_id": take("other group", 32)},
        "for another leaf": {"leaf_signature_key": take("other leaf", 32)},
        "under another S": {"admit": derive(take("other S", 32), "admit", ROOM_ID)},
        "with a wrong MAC and a right signature": {"credential": _resigned(flipped(good[:-64], -1))},
        "with a later expiry and a right signature": {"credential": _resigned(flipped(good[:-64], (1 + 16 + 32 * 4 + 7) * 8))},
        "with version 2": {"credential": b"\x02" + good[1:]},
        "with a name that is longer than it says": {"credential": good.replace(b"\x03Ada", b"\x04Ada")},
        "over 600 bytes": {"credential": good + bytes(600)},
    }
    refused |= {f"with the name {json.dumps(bad)}": {"credential": _with_name(bad)} for bad in (*BAD_NAMES, *NOT_ON_THE_WIRE)}
    cases = [_credential(name, take("token", 32) if number == 1 else bytes(32)) for number, name in enumerate(NAMES[:6])]
    return cases, [{"credential": good} | verifying | change | {"why": why} for why, change in refused.items()]


def payloads() -> Made:
    """Buckets at their edges, and padding that is not the least or not zero."""
    texts = ["", "{}", "x" * 251, "x" * 252, "x" * 253, '{"text":"ß 🙂"}', "x" * (PAYLOAD_BYTES_MAX - 4)]
    padded = pad(b'{"v":1}')
    refused = {
        "empty": b"",
        "off the bucket": padded[:-1],
        "with a byte of padding set": flipped(padded, -1),
        "with a bucket too many": padded + bytes(256),
        "with a length over the end": (253).to_bytes(4, "big") + bytes(252),
        "with a length of 2^32 - 1": b"\xff" * 4 + bytes(252),
        "with text that is not UTF-8": b"\x00\x00\x00\x01\xff" + bytes(251),
        "over 49,152 bytes": opaque(4, b"x" * PAYLOAD_BYTES_MAX) + bytes(252),
    }
    return [{"json": text, "padded": pad(text.encode())} for text in texts], [{"padded": data, "why": why} for why, data in refused.items()]


def signed_blobs() -> Made:
    """Heartbeats and notes as they are signed; foreign signatures, keys and purposes."""
    cases: list[Case] = []
    refused: list[Case] = []
    for label, blob in (
        ("heartbeat", sign_heartbeat(_first_beat(), DEVICE)),
        ("heartbeat", sign_heartbeat(_later_beat(), DEVICE)),
        ("note", _note()),
    ):
        blob_json = blob[2:-96]
        cases.append({"label": label, "device_seed": SIGNING_SEED, "json": blob_json.decode(), "blob": blob})
        wrong = damaged(blob) | {
            "signed for another purpose": _blob("note" if label == "heartbeat" else "heartbeat", blob_json),
            "signed without a label": opaque(2, blob_json) + DEVICE.public_key + DEVICE.signing.sign(blob_json),
            "naming another device": blob[:-96] + take("other device", 32) + blob[-64:],
            "naming a key that is no point": blob[:-96] + b"\xff" * 32 + blob[-64:],
            "with JSON over 4,096 bytes": _blob(label, blob_json + b" " * JSON_BYTES_MAX),
            "of text that is not JSON": _blob(label, b"{"),
            "of text that is not UTF-8": _blob(label, b'"\xff"'),
        }
        refused += [{"label": label, "blob": data, "why": why} for why, data in wrong.items()]
    return cases, refused


def heartbeats() -> Made:
    """What the signed JSON may say."""
    base = msgspec.to_builtins(_first_beat())
    wrong: dict[str, Case] = {
        "version 2": base | {"v": 2},
        "no group": {name: value for name, value in base.items() if name != "group_id"},
        "a short group id": base | {"group_id": base["group_id"][:-1]},
        "a negative count": base | {"sent": -1},
        "half a message": base | {"sent": 0.5},
        "an epoch beyond 2^53": base | {"epoch": 2**53},
        "a digest that is no digest": base | {"digest": "x" * 43},
        "a transcript that is too long": base | {"transcript": "A" * 44},
        "counters that are a list": base | {"ctrs": [1]},
        "a counter without number": base | {"ctrs": {"9": "many"}},
        "65 counters": base | {"ctrs": {str(kid): 0 for kid in range(65)}},
        "a previous epoch without digest": base | {"previous": {"epoch": 1, "sent": 2}},
    }
    good = [base, msgspec.to_builtins(_later_beat()), base | {"field_of_tomorrow": 1}]
    return [{"heartbeat": beat} for beat in good], [{"heartbeat": beat, "why": why} for why, beat in wrong.items()]


def digests() -> Made:
    """The chain over a sender's messages."""
    cases: list[Case] = []
    digest = NO_MESSAGES
    for number in range(3):
        message = take(f"private message {number}", 100 + number)
        following = next_digest(digest, message)
        cases.append({"digest": digest, "private_message": message, "next": following})
        digest = following
    return cases, []


def epoch_codes() -> Made:
    """Rosters of one, two and many; the order in which they are given does not matter."""
    second = take("second", 32)
    rosters = [{0: DEVICE.public_key}, {0: DEVICE.public_key, 1: second}, {1: second, 0: DEVICE.public_key}, {1: DEVICE.public_key, 0: second}]
    rosters.append({5: take("fifth", 32), 127: take("last", 32), 0: DEVICE.public_key})
    inputs = [(take("authenticator", 32), roster) for roster in rosters] + [(bytes(32), rosters[1])]
    cases: list[Case] = []
    for authenticator, roster in inputs:
        rows = [{"leaf_index": leaf, "device_public_key": key} for leaf, key in roster.items()]
        cases.append({"epoch_authenticator": authenticator, "roster": rows, "code": epoch_code(authenticator, roster)})
    return cases, []


def _credential(display_name: str, token_hash: bytes) -> Case:
    made = make_credential(BINDING, display_name, 1_780_000_300, DEVICE, ADMIT, token_hash)
    inputs: Case = {"device_seed": SIGNING_SEED, "contact_public_key": DEVICE.contact_public_key, "admit": ADMIT, "room_id": ROOM_ID}
    inputs |= {"group_id": GROUP_ID, "leaf_signature_key": BINDING.leaf_signature_key, "expires_at": 1_780_000_300, "token_hash": token_hash}
    return inputs | {"display_name": display_name, "credential": made}


def _first_beat() -> Heartbeat:
    return Heartbeat(1, b64u.encode(GROUP_ID), 0, "", 0, 0, 0, b64u.encode(NO_MESSAGES), None, {})


def _later_beat() -> Heartbeat:
    digest, transcript = b64u.encode(next_digest(NO_MESSAGES, b"message")), b64u.encode(take("transcript", 32))
    previous = Previous(8, 0, b64u.encode(NO_MESSAGES))
    return Heartbeat(1, b64u.encode(GROUP_ID), 9, transcript, 127, 2**53 - 1, 1, digest, previous, {"9": 4_000, "2057": 90_000})


def _note() -> bytes:
    return sign_note(Note(1, b64u.encode(GROUP_ID), b64u.encode(take("key package", 32)), "denied.room-full"), DEVICE)


def _blob(label: str, blob_json: bytes) -> bytes:
    return opaque(2, blob_json) + DEVICE.public_key + sign(DEVICE.signing, label, blob_json)


def _resigned(claimed: bytes) -> bytes:
    return claimed + sign(DEVICE.signing, "credential", claimed)


def _with_name(name: str) -> bytes:
    """MAC and signature are right, so that only the name can be what is refused."""
    head = make_credential(BINDING, "Ada", 1_780_000_300, DEVICE, ADMIT)[: 1 + 16 + 32 * 4 + 8 + 32] + opaque(1, name.encode())
    return _resigned(head + hmac.digest(ADMIT, domain("admission") + head, "sha256"))
