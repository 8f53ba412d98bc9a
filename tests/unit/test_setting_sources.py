"""Each setting by each of its ways: file, variable, variable with _FILE, flag; and which of them wins."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from incamera.cli.options import SettingFlags, flags_of
from incamera.cli.setting_origins import shown_settings, unknown_variables
from incamera.errors import LocalError
from incamera.server.settings import Settings

# Two values for each setting, good by themselves or with COMPANIONS.
VALUES: dict[str, tuple[str, str]] = {
    "host": ("localhost", "127.0.0.2"),
    "port": ("9000", "9001"),
    "public_url": ("https://a.example", "https://b.example"),
    "tls_cert": ("one.pem", "two.pem"),
    "tls_key": ("one.pem", "two.pem"),
    "trusted_proxy": ("10.0.0.0/8", "192.0.2.0/24,::1/128"),
    "data_dir": ("one", "two"),
    "database_url": ("sqlite:///one.db", "sqlite:///two.db"),
    "client_dir": ("one", "two"),
    "turn": ("off", "own"),
    "turn_urls": ("turn:a.example", "turn:b.example,turns:b.example"),
    "turn_secret": ("north", "south,north"),
    "turn_host": ("relay.example.org", "192.0.2.1"),
    "turn_port": ("3479", "3480"),
    "turn_tls_port": ("443", "5350"),
    "turn_peers": ("public", "closed"),
    "turn_external": ("192.0.2.1", "192.0.2.2,2001:db8::1"),
    "turn_ttl": ("60", "120"),
    "sfu": ("off", "own"),
    "sfu_port": ("8082", "8083"),
    "rooms_per_minute": ("1", "2"),
    "grants_per_minute": ("1", "2"),
    "sockets_per_minute": ("1", "2"),
    "log_format": ("json", "console"),
    "log_level": ("debug", "error"),
}
COMPANIONS = {"tls_cert": "tls_key", "tls_key": "tls_cert", "turn_urls": "turn_secret", "turn_secret": "turn_urls"}
SETTINGS = fields(Settings)
NAMES = [one.name for one in SETTINGS]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("one.pem", "two.pem"):
        Path(name).write_text("")
    return tmp_path


def toml(**values: str) -> Path:
    path = Path("incamera.toml")
    path.write_text("".join(f'{name} = "{value}"\n' for name, value in values.items()))
    return path


def with_companion(name: str, value: str) -> dict[str, str]:
    companion = COMPANIONS.get(name)
    return {name: value} | ({companion: VALUES[companion][0]} if companion else {})


def loaded(name: str, config: Path | None = None, environment: dict[str, str] | None = None, flags: dict[str, Any] | None = None) -> Any:
    return getattr(Settings.load(config, environment, flags), name)


def expected(name: str, value: str) -> Any:
    return loaded(name, flags=with_companion(name, value))


def test_every_setting_is_tried() -> None:
    assert list(VALUES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_comes_from_the_file_the_environment_a_file_named_there_or_a_flag(name: str) -> None:
    one, _ = VALUES[name]
    variables = {f"INCAMERA_{key.upper()}": value for key, value in with_companion(name, one).items()}
    Path("value").write_text(f"{one}\n")
    behind = {key: value for key, value in variables.items() if key != f"INCAMERA_{name.upper()}"} | {f"INCAMERA_{name.upper()}_FILE": "value"}
    assert loaded(name, toml(**with_companion(name, one))) == loaded(name, environment=variables) == expected(name, one)
    assert loaded(name, environment=behind) == expected(name, one)
    assert loaded(name) != expected(name, one), "the default is another value, so that this test could fail"


@pytest.mark.parametrize("name", NAMES)
def test_a_flag_wins_over_a_variable_and_a_variable_over_the_file(name: str) -> None:
    one, two = VALUES[name]
    config = toml(**with_companion(name, one))
    assert loaded(name, config, {f"INCAMERA_{name.upper()}": two}) == expected(name, two)
    assert loaded(name, config, {f"INCAMERA_{name.upper()}": one}, {name: two}) == expected(name, two)
    assert loaded(name, config, {}, {name: None}) == expected(name, one)


@pytest.mark.parametrize("name", NAMES)
def test_where_a_setting_came_from_is_told(name: str) -> None:
    one, two = VALUES[name]
    config = toml(**with_companion(name, one))

    def origin(environment: dict[str, str]) -> str:
        shown = shown_settings(Settings.load(config, environment), config, environment)
        return next(row.origin for row in shown if row.name == name)

    Path("value").write_text(two)
    assert origin({}) == "incamera.toml"
    assert origin({f"INCAMERA_{name.upper()}": two}) == f"INCAMERA_{name.upper()}"
    assert origin({f"INCAMERA_{name.upper()}_FILE": "value"}) == f"INCAMERA_{name.upper()}_FILE"


def numbers() -> "list[Field[Any]]":
    return [one for one in SETTINGS if one.metadata["low"] is not None]


@pytest.mark.parametrize("one", numbers(), ids=lambda one: str(one.name))
def test_a_number_has_bounds_and_they_are_said(one: "Field[Any]") -> None:
    low, high = one.metadata["low"], one.metadata["high"]
    for good in (low, high):
        assert loaded(one.name, flags={one.name: str(good)}) == good
    for bad in (low - 1, high + 1):
        with pytest.raises(LocalError, match=f"between {low} and {high}"):
            loaded(one.name, flags={one.name: str(bad)})
    with pytest.raises(LocalError, match="whole number"):
        Settings.load(toml_of_booleans(one.name))


def toml_of_booleans(name: str) -> Path:
    path = Path("incamera.toml")
    path.write_text(f"{name} = true\n")
    return path


def test_a_secret_is_shown_nowhere_and_is_no_flag() -> None:
    settings = Settings.load(None, {}, {"turn_secret": "north,south", "turn_urls": "turn:a.example"})
    shown = {one.name: one.value for one in shown_settings(settings, None, {})}
    assert shown["turn_secret"] == ["(secret)", "(secret)"]
    assert "north" not in repr(settings)
    assert "turn_secret" not in {one.name for one in fields(SettingFlags)}  # type: ignore[arg-type]
    assert flags_of(None) == {}


def test_a_typing_error_in_a_variable_is_found() -> None:
    environment = {"INCAMERA_PROT": "1", "INCAMERA_PORT": "1", "INCAMERA_TURN_SECRET_FILE": "x", "INCAMERA_SERVER": "x", "PATH": "x"}
    assert unknown_variables(environment) == ["INCAMERA_PROT"]


def test_what_to_do_is_said_when_tls_is_missing() -> None:
    with pytest.raises(LocalError) as raised:
        Settings.load(None, {"INCAMERA_HOST": "192.0.2.1"})
    assert raised.value.code == "local.tls-required"
    assert "--tls-cert" in raised.value.advice
    assert "127.0.0.1" in raised.value.advice
    with pytest.raises(LocalError, match="belong together"):
        Settings.load(None, {"INCAMERA_HOST": "192.0.2.1", "INCAMERA_TLS_CERT": "one.pem"})
    assert Settings.load(None, {"INCAMERA_HOST": "192.0.2.1", "INCAMERA_TLS_CERT": "one.pem", "INCAMERA_TLS_KEY": "two.pem"}).origin() == (
        "https://192.0.2.1:8080"
    )
