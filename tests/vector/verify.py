"""How Python verifies a case of each topic, whoever made it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from incamera.e2ee.credential import LeafBinding, make_credential, verify_credential
from incamera.e2ee.device import DeviceKeys
from incamera.e2ee.envelope import Kind, open_envelope, seal
from incamera.e2ee.epoch_code import epoch_code
from incamera.e2ee.heartbeat import Heartbeat, next_digest
from incamera.e2ee.host_order import open_order, sign_order
from incamera.e2ee.labels import derive_room_keys, sha256
from incamera.e2ee.link import Invite, emit_link, parse_link
from incamera.e2ee.names import is_name, normalise_name
from incamera.e2ee.padding import pad, unpad
from incamera.e2ee.policy import verify_policy
from incamera.e2ee.sas import Revealed, Run, commitment_of, opens, sas_numbers
from incamera.e2ee.signed_blob import Label, open_blob, sign_blob
from incamera.errors import IntegrityError, LocalError, RemoteError
from tests.vector import verify_media
from tests.vector.material import Case

unhex = bytes.fromhex


def labels(case: Case) -> None:
    keys = derive_room_keys(unhex(case["secret"]), unhex(case["room_id"]), case["generation"])
    assert {name: getattr(keys, name).hex() for name in ("access", "admit", "envelope", "heartbeat", "psk")} == {
        name: case[name] for name in ("access", "admit", "envelope", "heartbeat", "psk")
    }


def link(case: Case) -> None:
    seed = unhex(case["host_seed"]) if case["host_seed"] is not None else None
    invite = Invite(case["origin"], unhex(case["room_id"]), unhex(case["secret"]), unhex(case["host_key_hash"]), seed)
    assert emit_link(invite, for_host=seed is not None) == case["link"]
    assert parse_link(case["link"]) == invite


def refused_link(case: Case) -> None:
    with pytest.raises(LocalError) as refusal:
        parse_link(case["link"])
    assert refusal.value.code == case["code"]


def envelope(case: Case) -> None:
    place = (unhex(case["key"]), unhex(case["room_id"]), Kind[case["kind"].upper()], case["epoch"])
    assert seal(*place, unhex(case["plaintext"]), unhex(case["nonce"])).hex() == case["sealed"]
    assert open_envelope(*place, unhex(case["sealed"])).hex() == case["plaintext"]


def refused_envelope(case: Case) -> None:
    with pytest.raises(IntegrityError, match=r"integrity\.envelope"):
        open_envelope(unhex(case["key"]), unhex(case["room_id"]), Kind[case["kind"].upper()], case["epoch"], unhex(case["sealed"]))


def policy(case: Case) -> None:
    verified = verify_policy(unhex(case["signed"]), unhex(case["room_id"]), unhex(case["host_key_hash"]))
    text = case["policy_json"].encode()
    host = DeviceKeys.from_seeds(unhex(case["host_seed"]), bytes(32)).public_key
    assert unhex(case["signed"])[2 : 2 + len(text)] == text
    assert verified.policy_hash == sha256(text) == unhex(case["policy_hash"])
    assert sha256(host).hex() == case["host_key_hash"]
    told = msgspec.json.decode(text)
    assert {name: told[name] for name in msgspec.to_builtins(verified.policy)} == msgspec.to_builtins(verified.policy)


def refused_policy(case: Case) -> None:
    with pytest.raises(IntegrityError, match=r"integrity\.policy"):
        verify_policy(unhex(case["signed"]), unhex(case["room_id"]), unhex(case["host_key_hash"]))


def credential(case: Case) -> None:
    binding = LeafBinding(unhex(case["room_id"]), unhex(case["group_id"]), unhex(case["leaf_signature_key"]))
    data, admit = unhex(case["credential"]), unhex(case["admit"])
    verified = verify_credential(data, binding, admit)
    device = DeviceKeys.from_seeds(unhex(case["device_seed"]), bytes(32))
    assert verified.device_public_key == device.public_key
    assert verified.contact_public_key.hex() == case["contact_public_key"]
    assert (verified.expires_at, verified.token_hash.hex(), verified.display_name) == (case["expires_at"], case["token_hash"], case["display_name"])
    # Ed25519 is deterministic, so the whole credential comes out the same but for the contact key, whose seed nobody tells.
    again = make_credential(binding, case["display_name"], case["expires_at"], device, admit, unhex(case["token_hash"]))
    assert again[:81] == data[:81]
    assert again[113:185] == data[113:185]
    if device.contact_public_key == verified.contact_public_key:
        assert again == data


def refused_credential(case: Case) -> None:
    binding = LeafBinding(unhex(case["room_id"]), unhex(case["group_id"]), unhex(case["leaf_signature_key"]))
    with pytest.raises(IntegrityError, match=r"integrity\.credential"):
        verify_credential(unhex(case["credential"]), binding, unhex(case["admit"]))


def name(case: Case) -> None:
    assert normalise_name(case["typed"]) == case["name"]
    assert is_name(case["name"])


def refused_name(case: Case) -> None:
    if "typed" in case:
        assert normalise_name(case["typed"]) is None
    else:
        assert not is_name(case["name"])


def signed_blob(case: Case) -> None:
    label: Label = case["label"]
    device = DeviceKeys.from_seeds(unhex(case["device_seed"]), bytes(32))
    assert sign_blob(label, case["json"].encode(), device).hex() == case["blob"]
    opened = open_blob(label, unhex(case["blob"]))
    assert (opened.json.decode(), opened.device_public_key) == (case["json"], device.public_key)


def refused_signed_blob(case: Case) -> None:
    with pytest.raises(IntegrityError, match=r"integrity\.envelope"):
        open_blob(case["label"], unhex(case["blob"]))


def host_order(case: Case) -> None:
    assert sign_order(case["json"].encode(), unhex(case["host_seed"])).hex() == case["order"]
    opened = open_order(unhex(case["order"]), unhex(case["host_public_key"]))
    assert {"v": 1, "type": opened.type, "group_id": opened.group_id, "at": opened.at, **opened.fields} == msgspec.json.decode(case["json"])


def refused_host_order(case: Case) -> None:
    with pytest.raises(IntegrityError, match=r"integrity\.order"):
        open_order(unhex(case["order"]), unhex(case["host_public_key"]))


def heartbeat(case: Case) -> None:
    beat = msgspec.json.decode(msgspec.json.encode(case["heartbeat"]), type=Heartbeat)
    told = msgspec.to_builtins(beat)
    assert told == {field: case["heartbeat"][field] for field in told}


def refused_heartbeat(case: Case) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(case["heartbeat"]), type=Heartbeat)


def digest(case: Case) -> None:
    assert next_digest(unhex(case["digest"]), unhex(case["private_message"])).hex() == case["next"]


def padding(case: Case) -> None:
    assert pad(case["json"].encode()).hex() == case["padded"]
    assert unpad(unhex(case["padded"])) == case["json"].encode()


def refused_padding(case: Case) -> None:
    with pytest.raises(RemoteError):
        unpad(unhex(case["padded"]))


def code(case: Case) -> None:
    roster = {row["leaf_index"]: unhex(row["device_public_key"]) for row in case["roster"]}
    assert epoch_code(unhex(case["epoch_authenticator"]), roster) == case["code"]


def _run(case: Case) -> Run:
    roster = {row["leaf_index"]: unhex(row["device_public_key"]) for row in case["roster"]}
    return Run(unhex(case["run_id"]), unhex(case["epoch_authenticator"]), roster)


def sas(case: Case) -> None:
    run = _run(case)
    revealed = {row["leaf_index"]: Revealed(unhex(row["commitment"]), unhex(row["nonce"])) for row in case["revealed"]}
    assert all(commitment_of(run, leaf, one.nonce) == one.commitment for leaf, one in revealed.items())
    assert list(sas_numbers(run, revealed)) == case["numbers"]


def refused_sas(case: Case) -> None:
    assert not opens(unhex(case["commitment"]), _run(case), case["leaf_index"], unhex(case["nonce"]))


def nothing_is_refused(case: Case) -> None:
    raise AssertionError(f"this topic refuses nothing: {case}")


Check = Callable[[dict[str, Any]], None]
CHECKS: dict[str, tuple[Check, Check]] = {
    "labels": (labels, nothing_is_refused),
    "link": (link, refused_link),
    "envelope": (envelope, refused_envelope),
    "policy": (policy, refused_policy),
    "host_order": (host_order, refused_host_order),
    "credential": (credential, refused_credential),
    "name": (name, refused_name),
    "signed_blob": (signed_blob, refused_signed_blob),
    "heartbeat": (heartbeat, refused_heartbeat),
    "digest": (digest, nothing_is_refused),
    "padding": (padding, refused_padding),
    "epoch_code": (code, nothing_is_refused),
    "sas": (sas, refused_sas),
    "sframe_header": (verify_media.header, verify_media.refused_header),
    "sframe_payload": (verify_media.payload, verify_media.refused_payload),
    "media": (verify_media.frame, verify_media.refused_frame),
    "replay": (verify_media.window, nothing_is_refused),
}
