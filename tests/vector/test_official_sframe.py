"""RFC 9605's own vectors, published by its working group; they are not ours to ship, so they are read from beside the checkout (conftest.py)."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from incamera.e2ee.sframe.cipher import open_payload, seal_payload
from incamera.e2ee.sframe.header import emit_header, parse_header
from incamera.e2ee.sframe.key_schedule import SUITE, derive_kid_keys, nonce_of
from tests.vector.conftest import OFFICIAL
from tests.vector.other_suites import SUITES, CtrHmac, derive

Vectors = dict[str, list[dict[str, Any]]]


def vectors() -> Vectors:
    content: Vectors = json.loads(OFFICIAL.read_text("utf-8"))
    return content


def test_every_official_header_is_emitted_and_parsed() -> None:
    cases = vectors()["header"]
    assert len(cases) > 100
    for case in cases:
        encoded = bytes.fromhex(case["encoded"])
        assert emit_header(case["kid"], case["ctr"]) == encoded
        parsed = parse_header(encoded)
        assert (parsed.kid, parsed.ctr, parsed.length) == (case["kid"], case["ctr"], len(encoded))


def test_our_suite_gives_the_official_bytes() -> None:
    (case,) = [case for case in vectors()["sframe"] if case["cipher_suite"] == SUITE]
    keys = derive_kid_keys(bytes.fromhex(case["base_key"]), case["kid"])
    assert (keys.key.hex(), keys.salt.hex(), nonce_of(keys.salt, case["ctr"]).hex()) == (case["sframe_key"], case["sframe_salt"], case["nonce"])
    metadata, sealed = bytes.fromhex(case["metadata"]), bytes.fromhex(case["ct"])
    assert seal_payload(keys, case["kid"], case["ctr"], metadata, bytes.fromhex(case["pt"])) == sealed
    assert open_payload(keys, parse_header(sealed), metadata, sealed).hex() == case["pt"]


def test_our_header_key_labels_and_nonce_serve_every_official_suite() -> None:
    cases = vectors()["sframe"]
    assert {case["cipher_suite"] for case in cases} == set(SUITES)
    for case in cases:
        key, salt = derive(case["cipher_suite"], bytes.fromhex(case["base_key"]), case["kid"])
        nonce, header = nonce_of(salt, case["ctr"]), emit_header(case["kid"], case["ctr"])
        assert (key.hex(), salt.hex(), nonce.hex()) == (case["sframe_key"], case["sframe_salt"], case["nonce"])
        aad = header + bytes.fromhex(case["metadata"])
        sealed = SUITES[case["cipher_suite"]].seal(key, nonce, aad, bytes.fromhex(case["pt"]))
        assert (header + sealed).hex() == case["ct"]
        assert SUITES[case["cipher_suite"]].open(key, nonce, aad, sealed).hex() == case["pt"]


def test_the_official_ciphers_refuse_a_wrong_tag() -> None:
    for case in vectors()["aes_ctr_hmac"]:
        suite = SUITES[case["cipher_suite"]]
        assert isinstance(suite, CtrHmac)
        key, nonce, aad, sealed = (bytes.fromhex(case[name]) for name in ("key", "nonce", "aad", "ct"))
        assert suite.seal(key, nonce, aad, bytes.fromhex(case["pt"])) == sealed
        with pytest.raises(InvalidTag):
            suite.open(key, nonce, aad, sealed[:-1] + bytes([sealed[-1] ^ 1]))
