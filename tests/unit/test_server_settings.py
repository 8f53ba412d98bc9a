"""Settings: where they come from, which one wins, and that a wrong one is named."""

from pathlib import Path

import pytest

from incamera.errors import LocalError
from incamera.server.settings import Settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - that is what is refused


def test_nothing_is_required() -> None:
    settings = Settings.load()
    assert (settings.host, settings.port, settings.turn_ttl) == ("127.0.0.1", 8080, 3600)
    assert settings.origin() == "http://127.0.0.1:8080"
    assert settings.origin(9000) == "http://127.0.0.1:9000"
    assert settings.is_private


def test_flags_win_over_environment_over_toml(tmp_path: Path) -> None:
    config = tmp_path / "incamera.toml"
    config.write_text('port = 1\nturn_ttl = 2\nlog_level = "error"\nturn_urls = ["turn:a:1", "turn:b:2"]\nturn_secret = ["x"]\n')
    settings = Settings.load(config, {"INCAMERA_PORT": "3", "INCAMERA_TURN_TTL": "4", "PATH": "x"}, {"port": 5, "turn_ttl": None})
    assert (settings.port, settings.turn_ttl, settings.log_level) == (5, 4, "error")
    assert settings.turn_urls == ("turn:a:1", "turn:b:2")


def test_a_secret_may_stand_in_a_file_and_never_shows(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("north, old\n")
    settings = Settings.load(None, {"INCAMERA_TURN_SECRET_FILE": str(secret), "INCAMERA_TURN_URLS": "turn:a:1,turns:a:2"})
    assert settings.turn_secret == ("north", "old")
    assert settings.turn_urls == ("turn:a:1", "turns:a:2")
    assert "north" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "many"), ("port", "-1"), ("port", "65536"), ("turn_ttl", "0"), ("log_format", "xml"), ("trusted_proxy", "nearby"), ("public_url", "calls"),
        ("public_url", "https://a.example/path"), ("public_url", "ftp://a.example"), ("tls_cert", "/nowhere.pem"), ("turn_urls", "turn:a:1"),
        ("turn_secret", "x"), ("database_url", "postgres://x"), ("colour", "red"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(LocalError) as raised:
        Settings.load(None, {}, {name: value})
    assert raised.value.code == "local.settings"
    assert any(word in raised.value.detail for word in (name, "tls_key", "turn_secret", "turn_urls"))
    assert f"INCAMERA_{name.upper()}" in raised.value.detail or name in ("tls_cert", "turn_urls", "turn_secret")


def test_a_relay_url_must_be_one() -> None:
    with pytest.raises(LocalError, match="turn_urls"):
        Settings.load(None, {}, {"turn_urls": "https://a", "turn_secret": "x"})


@pytest.mark.parametrize("text", ["port = ", "port = 1\nport = 2", "\x00"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    config = tmp_path / "incamera.toml"
    config.write_text(text)
    with pytest.raises(LocalError, match=r"incamera\.toml"):
        Settings.load(config)
    with pytest.raises(LocalError, match="can not be read"):
        Settings.load(tmp_path / "gone.toml")


def test_a_variable_and_its_file_do_not_mix(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="both"):
        Settings.load(None, {"INCAMERA_TURN_SECRET": "a", "INCAMERA_TURN_SECRET_FILE": str(tmp_path)})
    with pytest.raises(LocalError, match="can not be read"):
        Settings.load(None, {"INCAMERA_TURN_SECRET_FILE": str(tmp_path)})


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.1", "calls.example.org", "127.0.0.1.example.org"])
def test_plain_http_is_for_this_computer_only(host: str) -> None:
    with pytest.raises(LocalError) as raised:
        Settings(host=host)
    assert raised.value.code == "local.tls-required"
    for loopback in ("127.0.0.1", "127.9.9.9", "::1", "localhost"):
        assert Settings(host=loopback).is_loopback


def test_a_public_address_is_https() -> None:
    with pytest.raises(LocalError) as raised:
        Settings(public_url="http://calls.example.org")
    assert raised.value.code == "local.tls-required"
    assert not Settings(public_url="https://calls.example.org").is_private
    assert Settings(public_url="https://calls.example.org/").origin(5) == "https://calls.example.org"


def test_listening_everywhere_needs_a_name(tmp_path: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    with pytest.raises(LocalError, match="public_url"):
        Settings(host=EVERYWHERE, tls_cert=certificate, tls_key=key)
    assert Settings(host=EVERYWHERE, public_url="https://a.example", tls_cert=certificate, tls_key=key).origin() == "https://a.example"
    with pytest.raises(LocalError, match="belong together"):
        Settings(tls_cert=certificate)
