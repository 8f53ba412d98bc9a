"""The message types: the registry of spec/, the TypeScript twins, the errors, and the small parsers at the edge."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from incamera.domain import b64u
from incamera.domain.entry import EntryKind
from incamera.errors import CATALOGUE, DeniedError, IntegrityError, LocalError, RemoteError, UnavailableError
from incamera.protocol import messages, payloads
from incamera.protocol.codec import parse_client_message
from incamera.protocol.typescript.emit import Module, emit
from incamera.server.origins import Origins
from incamera.server.settings import Settings
from incamera.server.visitors import Visitors

CHECKOUT = Path(__file__).parents[2]
SPEC = CHECKOUT / "spec"


def tags(union: object) -> list[str]:
    return [member.__struct_config__.tag for member in union.__args__]  # type: ignore[attr-defined]


def test_the_error_codes_are_those_of_the_spec_word_for_word() -> None:
    known = [{"code": one.code, "blame": one.blame, "status": one.status, "title": one.title, "advice": one.advice} for one in CATALOGUE.values()]
    assert known == json.loads((SPEC / "errors.json").read_text())


def test_an_error_belongs_to_its_blame() -> None:
    for kind in (LocalError, RemoteError, DeniedError, UnavailableError, IntegrityError):
        for code, known in CATALOGUE.items():
            if known.blame == kind.blame:
                assert kind(code).advice == known.advice
            else:
                with pytest.raises(ValueError, match="is not a"):
                    kind(code)


def test_every_message_of_the_spec_has_a_type_and_no_other_has() -> None:
    text = (SPEC / "7-server.md").read_text()
    client, server = text.partition("Client → server")[2].split("Server → client")
    assert re.findall(r"^\| `(\w+)` \|", client, re.MULTILINE)[1:] == tags(messages.ClientMessage)
    assert re.findall(r"^\| `(\w+)` \|", server, re.MULTILINE)[1:] == tags(messages.ServerMessage)


def test_every_payload_of_version_1_has_a_type_and_no_reserved_one_has() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| 1 \|$", (SPEC / "6-payloads.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(tags(payloads.Payload))


def test_entry_kinds_have_the_numbers_of_the_spec() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \|.*\| yes \|$", (SPEC / "4-log.md").read_text(), re.MULTILINE)
    assert {name: int(number) for name, number in rows} == {kind.wire_name: kind.value for kind in EntryKind}
    assert set(msgspec.inspect.type_info(messages.EntryKindName).values) == {kind.wire_name for kind in EntryKind}  # type: ignore[attr-defined]


def test_a_length_without_a_bound_gets_no_twin() -> None:
    class Loose(msgspec.Struct):
        text: str

    with pytest.raises(TypeError, match="has a bound"):
        emit(Module("tests", {}, (Loose,), (), ("Loose",)))


@given(st.binary(max_size=100))
def test_b64u_has_one_text_for_each_byte_string(data: bytes) -> None:
    text = b64u.encode(data)
    assert b64u.decode(text) == data
    for other in (text + "=", text + "\n", " " + text, text + "A" * ((5 - len(text)) % 4 or 4)):
        try:
            assert b64u.decode(other) != data
        except ValueError:
            continue


@pytest.mark.parametrize("text", ["A", "AB", "AAB", "AA==", "A+A", "A/A", "AAAA\n", "ÄÄÄÄ"])
def test_b64u_refuses_what_is_not_canonical(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64url|unused bits"):
        b64u.decode(text)


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_no_text_makes_the_parser_fail_otherwise_than_by_a_code(text: str | bytes) -> None:
    code = "remote.malformed"
    try:
        parse_client_message(text)
    except RemoteError as error:
        code = error.code
    assert code in ("remote.malformed", "remote.version")


def address(proxies: tuple[str, ...], peer: str, *forwarded: str) -> str:
    headers = Headers(raw=[(b"x-forwarded-for", line.encode()) for line in forwarded])
    return Visitors(proxies, lambda: 0.0).address(peer, headers)


def test_the_last_hop_that_is_no_proxy_of_ours_is_the_visitor() -> None:
    proxies = ("10.0.0.0/8", "::1/128")
    assert address((), "203.0.113.1", "198.51.100.1") == "203.0.113.1"
    assert address(proxies, "203.0.113.1", "198.51.100.1") == "203.0.113.1", "who is no proxy is not believed"
    assert address(proxies, "10.0.0.1", "6.6.6.6, 198.51.100.1") == "198.51.100.1"
    assert address(proxies, "10.0.0.1", "6.6.6.6", "198.51.100.1, 10.2.2.2") == "198.51.100.1", "several lines are one list"
    assert address(proxies, "10.0.0.1", "nonsense, 198.51.100.1") == "198.51.100.1"
    assert address(proxies, "10.0.0.1") == "10.0.0.1"
    assert address(proxies, "::1", "2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert address(proxies, "10.0.0.1", "::ffff:198.51.100.1") == "198.51.100.1"


def test_the_table_of_visitors_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incamera.server.visitors.ADDRESSES_REMEMBERED_MAX", 10)
    visitors = Visitors((), lambda: 0.0)
    for n in range(100):
        visitors.spend("grants", 1, f"198.51.100.{n}")
    assert len(visitors._buckets) == 10
    with pytest.raises(RemoteError):
        visitors.spend("grants", 1, "198.51.100.99")


@pytest.mark.parametrize(
    ("host", "origin"),
    [("calls.example.org", "https://calls.example.org"), ("127.0.0.1:8080", "http://127.0.0.1:8080"), ("[::1]:8080", "http://[::1]:8080")],
)
def test_behind_a_proxy_both_names_are_ours_each_with_its_own_origin(host: str, origin: str) -> None:
    origins = Origins(Settings(public_url="https://calls.example.org"))
    assert origins.of({"host": host}) == origin
    origins.require_own({"host": host, "origin": origin})
    for other in ("https://evil.example", "http://calls.example.org", "null", ""):
        with pytest.raises(DeniedError):
            origins.require_own({"host": host, "origin": other})
