"""How Python verifies cases of SFrame, whoever made them."""

import pytest

from incamera.e2ee.sframe.cipher import open_payload, seal_payload
from incamera.e2ee.sframe.clear_bytes import Codec, clear_bytes
from incamera.e2ee.sframe.frame import FrameRefusedError, Tile, open_frame
from incamera.e2ee.sframe.header import emit_header, parse_header
from incamera.e2ee.sframe.key_schedule import derive_base_key, derive_kid_keys
from incamera.e2ee.sframe.keyring import Keyring
from incamera.e2ee.sframe.kid import make_kid
from incamera.e2ee.sframe.replay_window import ReplayWindow
from incamera.errors import IntegrityError, RemoteError
from tests.vector.material import Case

unhex = bytes.fromhex


def header(case: Case) -> None:
    data = emit_header(int(case["kid"]), int(case["ctr"]))
    assert data.hex() == case["header"]
    parsed = parse_header(data + b"more")
    assert (parsed.kid, parsed.ctr, parsed.length) == (int(case["kid"]), int(case["ctr"]), len(data))


def refused_header(case: Case) -> None:
    with pytest.raises(RemoteError, match=r"remote\.malformed"):
        parse_header(unhex(case["header"]))


def payload(case: Case) -> None:
    keys = derive_kid_keys(unhex(case["base_key"]), int(case["kid"]))
    assert (keys.key.hex(), keys.salt.hex()) == (case["key"], case["salt"])
    metadata, sealed = unhex(case["metadata"]), unhex(case["sealed"])
    assert seal_payload(keys, int(case["kid"]), int(case["ctr"]), metadata, unhex(case["plaintext"])) == sealed
    assert open_payload(keys, parse_header(sealed), metadata, sealed).hex() == case["plaintext"]


def refused_payload(case: Case) -> None:
    sealed = unhex(case["sealed"])
    parsed = parse_header(sealed)
    with pytest.raises(IntegrityError, match=r"integrity\.unsealed-frame"):
        open_payload(derive_kid_keys(unhex(case["base_key"]), parsed.kid), parsed, unhex(case["metadata"]), sealed)


def frame(case: Case) -> None:
    base_key = derive_base_key(unhex(case["exporter_secret"]), unhex(case["psk"]))
    kid = make_kid(case["context"], case["leaf_index"], case["epoch"])
    keys = derive_kid_keys(base_key, kid)
    assert (base_key.hex(), kid, keys.salt.hex()) == (case["base_key"], case["kid"], case["salt"])
    codec, plain = Codec[case["codec"].upper()], unhex(case["frame"])
    clear = plain[: clear_bytes(codec, plain)]
    assert (clear + seal_payload(keys, kid, case["ctr"], bytes([codec]) + clear, plain[len(clear) :])).hex() == case["wire"]
    tile = Tile(case["leaf_index"], case["context"])
    assert open_frame(_keyring(case), tile, codec, unhex(case["wire"]), 0) == plain


def refused_frame(case: Case) -> None:
    with pytest.raises(FrameRefusedError) as refusal:
        open_frame(_keyring(case), Tile(case["leaf_index"], case["context"]), Codec[case["codec"].upper()], unhex(case["wire"]), 0)
    assert refusal.value.reason == case["reason"]


def window(case: Case) -> None:
    made, accepted = ReplayWindow(), []
    for ctr in case["ctrs"]:
        accepted.append(made.is_fresh(ctr))
        if accepted[-1]:
            made.accept(ctr)
    assert accepted == case["accepted"]


def _keyring(case: Case) -> Keyring:
    keyring = Keyring()
    keyring.add_epoch(case["epoch"], unhex(case["exporter_secret"]), unhex(case["psk"]), 0)
    return keyring
