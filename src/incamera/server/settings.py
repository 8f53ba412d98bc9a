"""Settings: each is a TOML key, an INCAMERA_* variable and a flag; `INCAMERA_…_FILE` reads a file. Flags win over environment over TOML."""

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from incamera.control.limits import RELAY_SECRET_BYTES_MIN
from incamera.errors import LocalError
from incamera.server.setting_types import Secret, setting
from incamera.server.setting_types import read as read_value


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may decide. Nothing here weakens the encryption of calls: that is not the server's to decide."""

    host: str = setting("127.0.0.1", "address to listen on")
    port: int = setting(8080, "port to listen on; 0 takes a free one", low=0, high=65_535)
    public_url: str = setting("", "how people reach the server, such as https://calls.example.org")
    tls_cert: Path | None = setting(None, "PEM file with the certificate chain")
    tls_key: Path | None = setting(None, "PEM file with its private key")
    trusted_proxy: tuple[str, ...] = setting((), "networks (CIDR) of reverse proxies whose X-Forwarded-For is believed")
    data_dir: Path = setting(Path("~/.local/share/incamera"), "folder of the database")
    database_url: str = setting("", "sqlite:///PATH; default: incamera.db in the data folder")
    client_dir: Path | None = setting(None, "folder of the built web client; default: the one that came with the package")
    turn: str = setting("own", "own: a relay inside this server; off: none, and people are asked before they connect directly", among=("own", "off"))
    turn_urls: tuple[str, ...] = setting((), "addresses of another relay, such as turn:relay.example.org:3478; then our own is off")
    turn_secret: tuple[Secret, ...] = setting((), "secrets of the relay; the first one issues. Default for our own: one in the data folder")
    turn_host: str = setting(
        "", "name or address of our relay, where it listens and is found; default: the server's, and behind a proxy every address"
    )
    turn_port: int = setting(0, "port of our relay over UDP and TCP; 0 takes 3478, or a free one when that is taken", low=0, high=65_535)
    turn_tls_port: int = setting(0, "its port over TLS, with tls_cert; 0 takes 5349, or a free one when that is taken", low=0, high=65_535)
    turn_peers: str = setting(
        "closed", "closed: our relay reaches only people of the same room; public: public addresses too", among=("closed", "public")
    )
    turn_external: tuple[str, ...] = setting((), "addresses of our relay and SFU as people see them, at most one per family; needed behind NAT")
    turn_ttl: int = setting(3_600, "lifetime of TURN credentials in seconds", low=1, high=86_400)
    sfu: str = setting("own", "own: group calls go through this server, sealed; off: there are none", among=("own", "off"))
    sfu_port: int = setting(0, "port of group calls over UDP and TCP; 0 takes 8081, or a free one when that is taken", low=0, high=65_535)
    rooms_per_minute: int = setting(30, "rooms that one client address may make in a minute", low=1, high=100_000)
    grants_per_minute: int = setting(60, "times that one client address may ask for a grant in a minute", low=1, high=100_000)
    sockets_per_minute: int = setting(240, "sockets that one client address may open in a minute", low=1, high=100_000)
    log_format: str = setting("auto", "auto, console or json", among=("auto", "console", "json"))
    log_level: str = setting("info", "debug, info, warning or error", among=("debug", "info", "warning", "error"))

    def __post_init__(self) -> None:
        """Raises: LocalError local.settings or local.tls-required."""
        for proxy in self.trusted_proxy:
            try:
                ipaddress.ip_network(proxy)
            except ValueError:
                raise wrong("trusted_proxy", f"{proxy!r} is not a network such as 10.0.0.0/8") from None
        self._check_public_url()
        if (self.tls_cert is None) != (self.tls_key is None):
            raise wrong("tls_cert" if self.tls_cert is None else "tls_key", "certificate and key belong together")
        for name, path in (("tls_cert", self.tls_cert), ("tls_key", self.tls_key)):
            if path is not None and not path.is_file():
                raise wrong(name, f"{path} is not a file")
        if not self.is_loopback and self.tls_cert is None:
            raise LocalError("local.tls-required")
        if not self.is_loopback and not self.public_url and self.host in ("0.0.0.0", "::", ""):  # noqa: S104
            raise wrong("public_url", "it is needed when the server listens on every address")
        if self.database_url and not self.database_url.startswith("sqlite:///"):
            raise wrong("database_url", "only sqlite:///PATH is known")
        self._check_relay()

    def _check_relay(self) -> None:
        if self.turn_urls and not self.turn_secret:
            raise wrong("turn_secret", "another relay needs its addresses and its secret")
        for url in self.turn_urls:
            if not url.startswith(("turn:", "turns:")) or len(url) > 512:
                raise wrong("turn_urls", f"{url!r} does not begin with turn: or turns:")
        if self.relay == "own" and any(len(secret.encode()) < RELAY_SECRET_BYTES_MIN for secret in self.turn_secret):
            raise wrong("turn_secret", f"a secret of our relay has at least {RELAY_SECRET_BYTES_MIN} bytes")
        if "://" in self.turn_host or "/" in self.turn_host:
            raise wrong("turn_host", f"{self.turn_host!r} is no name such as relay.example.org and no address")
        families = set()
        for address in self.turn_external:
            try:
                families.add(ipaddress.ip_address(address).version)
            except ValueError:
                raise wrong("turn_external", f"{address!r} is not an IP address") from None
        if len(families) != len(self.turn_external):
            raise wrong("turn_external", "at most one address of each family")

    def _check_public_url(self) -> None:
        if not self.public_url:
            return
        parts = urlsplit(self.public_url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path not in ("", "/")
            or parts.query
            or parts.fragment
            or parts.username
        ):
            raise wrong("public_url", "it must look like https://calls.example.org")
        if parts.scheme == "http" and not is_loopback_name(parts.hostname):
            raise LocalError("local.tls-required")

    @property
    def is_loopback(self) -> bool:
        """Whether only this computer can reach the server."""
        return is_loopback_name(self.host)

    @property
    def is_private(self) -> bool:
        """Whether this computer is also all that is meant to reach it: then rooms need no API key."""
        return self.is_loopback and (not self.public_url or is_loopback_name(urlsplit(self.public_url).hostname or ""))

    @property
    def relay(self) -> Literal["own", "external", "none"]:
        """Which relay calls go through."""
        if self.turn_urls:
            return "external"
        return "own" if self.turn == "own" else "none"

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        if self.database_url:
            return Path(self.database_url.removeprefix("sqlite:///")).expanduser()
        return self.data_dir.expanduser() / "incamera.db"

    def origin(self, port: int | None = None) -> str:
        """Scheme, host and port as people write them; `port` when the system chose it."""
        if self.public_url:
            return self.public_url.rstrip("/")
        scheme = "https" if self.tls_cert else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        shown = self.port if port is None else port
        return f"{scheme}://{host}" if shown == (443 if self.tls_cert else 80) else f"{scheme}://{host}:{shown}"

    @classmethod
    def load(cls, config: Path | None = None, environment: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None) -> "Settings":
        """From a TOML file, the environment and flags (None is "not given").

        Raises: LocalError local.settings, naming the setting.
        """
        values: dict[str, Any] = {}
        if config is not None:
            values |= _from_toml(config)
        values |= _from_environment(environment or {})
        values |= {name: value for name, value in (flags or {}).items() if value is not None}
        known = {one.name: one for one in fields(cls)}
        for name in values:
            if name not in known:
                raise wrong(name, "there is no such setting")
        read = {}
        for name, value in values.items():
            try:
                read[name] = read_value(known[name], value)
            except ValueError as error:
                raise wrong(name, str(error)) from None
        return cls(**read)

    def with_changes(self, **changes: Any) -> "Settings":
        """A copy, checked again."""
        return replace(self, **changes)


def is_loopback_name(host: str) -> bool:
    """127.0.0.0/8, ::1, localhost and what ends in .localhost."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def wrong(name: str, why: str) -> LocalError:
    """The error for one setting, by all of its names."""
    flag = name.replace("_", "-")
    return LocalError("local.settings", f"{name} (--{flag}, INCAMERA_{name.upper()}): {why}.")


def _from_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise wrong("config", f"{path} can not be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise wrong("config", f"{path} is not TOML ({error})") from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(Settings):
        variable = f"INCAMERA_{one.name.upper()}"
        if variable in environment and f"{variable}_FILE" in environment:
            raise wrong(one.name, f"both {variable} and {variable}_FILE are set")
        if variable in environment:
            found[one.name] = environment[variable]
        elif f"{variable}_FILE" in environment:
            try:
                found[one.name] = Path(environment[f"{variable}_FILE"]).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise wrong(one.name, f"the file of {variable}_FILE can not be read") from None
    return found
