"""Where our own relay listens, under which names people find it, and the settings that say so."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from incamera.adapters.media_node import Listen
from incamera.cli.turn_url import parse_turn_url
from incamera.errors import LocalError
from incamera.server import relay_places
from incamera.server.relay_places import listeners, relay_addresses, urls, usual_listeners
from incamera.server.settings import Settings

NAMES = {"calls.example.org": ["203.0.113.7", "2001:db8::7"], "relay.example.org": ["203.0.113.8"], "nowhere.example.org": []}
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what an operator may ask for
DUAL = ["0.0.0.0", "::"] if socket.has_dualstack_ipv6() else ["0.0.0.0"]  # noqa: S104
PROXIED: dict[str, Any] = {"public_url": "https://calls.example.org"}
SHORT = "x" * 15


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server of these tests; addresses are what they are."""
    found = relay_places._resolved
    monkeypatch.setattr(relay_places, "_resolved", lambda name: NAMES[name] if name in NAMES else found(name))


@pytest.fixture
def tls(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "tls.pem").write_text("")
    return {"tls_cert": tmp_path / "tls.pem", "tls_key": tmp_path / "tls.pem", "public_url": "https://calls.example.org"}


@contextlib.contextmanager
def taken(host: str = "127.0.0.1", kind: int = socket.SOCK_DGRAM) -> Iterator[int]:
    """A port that somebody else has, free in the other protocol."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as holder:
        holder.bind((host, 0))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        yield int(holder.getsockname()[1])


def placed(settings: Settings) -> list[Listen]:
    return usual_listeners(settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_on_this_computer_it_listens_where_the_server_does(host: str) -> None:
    settings = Settings(host=host)
    assert placed(settings) == [("udp", host, 3478), ("tcp", host, 3478)]
    assert relay_addresses(settings) == [host]
    shown = f"[{host}]" if ":" in host else host
    assert urls(settings, usual_listeners(settings)) == [f"turn:{shown}:3478?transport=udp", f"turn:{shown}:3478?transport=tcp"]


def test_a_name_of_this_computer_is_found_by_its_address() -> None:
    settings = Settings(host="localhost")
    assert {host for _, host, _ in placed(settings)} <= {"127.0.0.1", "::1"}
    assert urls(settings, usual_listeners(settings))[0].split("?")[0] in ("turn:127.0.0.1:3478", "turn:[::1]:3478")


def test_on_every_address_with_a_certificate_it_is_found_by_the_public_name(tls: dict[str, Any]) -> None:
    settings = Settings(host=EVERYWHERE, **tls)
    assert placed(settings) == [("udp", EVERYWHERE, 3478), ("tcp", EVERYWHERE, 3478), ("tls", EVERYWHERE, 5349)]
    assert relay_addresses(settings) == NAMES["calls.example.org"]
    assert urls(settings, usual_listeners(settings)) == [
        "turn:calls.example.org:3478?transport=udp",
        "turn:calls.example.org:3478?transport=tcp",
        "turns:calls.example.org:5349?transport=tcp",
    ]
    assert [host for transport, host, _ in placed(Settings(host="::", **tls)) if transport == "tls"] == [*reversed(DUAL)]


def test_behind_a_proxy_it_listens_on_every_address_since_a_proxy_carries_no_udp() -> None:
    settings = Settings(**PROXIED)
    assert [host for transport, host, _ in placed(settings) if transport == "udp"] == DUAL
    assert relay_addresses(settings) == NAMES["calls.example.org"]
    assert urls(settings, usual_listeners(settings))[0] == "turn:calls.example.org:3478?transport=udp"
    assert {host for _, host, _ in placed(Settings(public_url="http://localhost:9000"))} == {"127.0.0.1"}, (
        "a proxy on this computer for this computer"
    )


def test_an_address_of_its_own_frees_port_443(tls: dict[str, Any]) -> None:
    settings = Settings(host="203.0.113.7", turn_host="relay.example.org", turn_tls_port=443, **tls)
    assert placed(settings) == [("udp", "203.0.113.8", 3478), ("tcp", "203.0.113.8", 3478), ("tls", "203.0.113.8", 443)]
    assert urls(settings, usual_listeners(settings))[-1] == "turns:relay.example.org:443?transport=tcp"
    assert relay_addresses(settings) == ["203.0.113.8"]
    assert urls(Settings(turn_host="[::1]"), usual_listeners(Settings(turn_host="[::1]")))[0] == "turn:[::1]:3478?transport=udp"


def test_addresses_behind_nat_are_what_was_said(tls: dict[str, Any]) -> None:
    settings = Settings(host=EVERYWHERE, turn_external=("198.51.100.1", "2001:db8::1"), **tls)
    assert relay_addresses(settings) == ["198.51.100.1", "2001:db8::1"]
    assert urls(settings, usual_listeners(settings))[0] == "turn:calls.example.org:3478?transport=udp"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("turn_external", {"public_url": "https://nowhere.example.org"}),
        ("turn_host", {"turn_host": "nowhere.example.org"}),
    ],
)
def test_a_name_without_an_address_is_said(name: str, settings: dict[str, Any]) -> None:
    with pytest.raises(LocalError, match=name) as told:
        relay_addresses(Settings(**settings))
    assert told.value.code == "local.settings"


def test_every_address_that_is_shown_can_be_read_back(tls: dict[str, Any]) -> None:
    for settings in (Settings(), Settings(host="::1"), Settings(host=EVERYWHERE, **tls), Settings(**PROXIED)):
        for url in urls(settings, usual_listeners(settings)):
            parse_turn_url(url)


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_when_the_usual_port_is_taken_another_one_is_found(kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with taken(kind=kind) as port:
        monkeypatch.setattr(relay_places, "_PORT", port)
        found = {one.port for one in listeners(Settings())}
    assert len(found) == 1, "UDP and TCP have the same"
    assert found.isdisjoint({port, 0})


def test_a_port_that_was_asked_for_is_taken_at_its_word() -> None:
    with taken() as port:
        assert listeners(Settings(turn_port=port)) == [Listen("udp", "127.0.0.1", port), Listen("tcp", "127.0.0.1", port)]


@pytest.mark.parametrize(
    ("flags", "relay"),
    [
        ({}, "own"),
        ({"turn": "own"}, "own"),
        ({"turn": "off"}, "none"),
        ({"turn_urls": "turn:relay.example.org", "turn_secret": "short"}, "external"),
        ({"turn": "off", "turn_urls": "turn:relay.example.org", "turn_secret": "short"}, "external"),
        ({"turn": "off", "turn_secret": SHORT}, "none"),
        ({"turn_secret": "x" * 16}, "own"),
    ],
)
def test_which_relay_a_call_goes_through(flags: dict[str, str], relay: str) -> None:
    assert Settings.load(None, {}, flags).relay == relay


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("turn", "on"), ("turn_port", "65536"), ("turn_port", "-1"), ("turn_tls_port", "high"), ("turn_peers", "everybody"), ("turn_secret", SHORT),
        ("turn_secret", f"{'x' * 16},{SHORT}"), ("turn_external", "calls.example.org"), ("turn_external", "192.0.2.1,192.0.2.2"),
        ("turn_external", "2001:db8::1,2001:db8::2"), ("turn_host", "https://relay.example.org"), ("turn_host", "192.0.2.0/24"),
    ],
)  # fmt: skip
def test_a_wrong_setting_of_the_relay_is_named_and_no_secret_told(name: str, value: str) -> None:
    with pytest.raises(LocalError, match=rf"{name} \(--{name.replace('_', '-')}, INCAMERA_{name.upper()}\)") as told:
        Settings.load(None, {}, {name: value})
    assert told.value.code == "local.settings"
    assert SHORT not in str(told.value) + told.value.detail
