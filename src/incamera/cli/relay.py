"""`incamera turn credentials|config`: what a relay of one's own needs."""

import ipaddress
import re
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from cyclopts import Parameter

from incamera.cli.coturn_config import RelayWish, coturn_config
from incamera.cli.durations import parse_duration
from incamera.cli.options import AsJson, ConfigFile, load_settings
from incamera.cli.printing import print_json, print_whole, say
from incamera.cli.times import shown_time
from incamera.control.limits import TURN_LIFETIME_S_MAX
from incamera.control.turn_credentials import issue
from incamera.errors import LocalError
from incamera.server.relay_places import urls as urls_of
from incamera.server.relay_places import usual_listeners
from incamera.server.relay_secret import relay_secrets
from incamera.server.settings import Settings

_SECRET_BYTES = 32
_USER = re.compile(r"[!-9;-~]{1,64}")
_REALM = re.compile(r"[A-Za-z0-9.-]{1,128}")


def credentials_command(
    *,
    user: Annotated[str, Parameter(help="whom the relay counts them for; no colon")] = "operator",
    ttl: Annotated[str | None, Parameter(help="how long they work: 3600, 30m, 12h; default: the setting turn_ttl")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make credentials for the relay of the settings, as calls get them."""
    settings = load_settings(config, {})
    urls, shared = _relay(settings)
    if _USER.fullmatch(user) is None:
        raise LocalError("local.settings", "--user has 1 to 64 visible characters and no colon.")
    ttl_s = parse_duration(ttl, "--ttl", TURN_LIFETIME_S_MAX) if ttl is not None else settings.turn_ttl
    now = int(time.time())
    made = issue(shared, user, now, ttl_s)
    if as_json:
        print_json({"urls": urls, "username": made.username, "credential": made.credential, "ttl": made.ttl_s})
        return
    for url in urls:
        print_whole(f"url         {url}")
    print_whole(f"username    {made.username}")
    print_whole(f"credential  {made.credential}")
    say(f"Good until {shown_time(now + ttl_s)}.")


def _relay(settings: Settings) -> tuple[list[str], Sequence[str]]:
    match settings.relay:
        case "external":
            return list(settings.turn_urls), settings.turn_secret
        case "own":
            return urls_of(settings, usual_listeners(settings)), relay_secrets(settings)
        case "none":
            raise LocalError("local.settings", "There is no relay: turn is off. Remove it, or set turn_urls and turn_secret.")


def config_command(
    relay: Annotated[Literal["coturn"], Parameter(help="which relay")],
    *,
    realm: Annotated[str | None, Parameter(help="default: the host of public_url, or incamera")] = None,
    external_ip: Annotated[str | None, Parameter(help="the relay's public address, behind NAT as PUBLIC/PRIVATE")] = None,
    cert: Annotated[Path | None, Parameter(help="certificate chain for TLS, on the relay")] = None,
    key: Annotated[Path | None, Parameter(help="its private key, on the relay")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Print a hardened configuration. Without a turn_secret in the settings it holds a new secret."""
    settings = load_settings(config, {})
    chosen = realm or urlsplit(settings.public_url).hostname or "incamera"
    if _REALM.fullmatch(chosen) is None:
        raise LocalError("local.settings", "--realm is a name such as calls.example.org.")
    if (cert is None) != (key is None):
        raise LocalError("local.settings", "--cert and --key belong together.")
    if any(not str(path).isprintable() for path in (cert, key)):
        raise LocalError("local.settings", "--cert and --key must be plain paths.")
    shared = settings.turn_secret or (secrets.token_urlsafe(_SECRET_BYTES),)
    if any(not secret.isprintable() or " " in secret for secret in shared):
        raise LocalError("local.settings", "turn_secret: coturn takes no spaces or control characters in it.")
    text = coturn_config(RelayWish(chosen, shared, cert, key, _checked(external_ip)))
    if as_json:
        print_json({"relay": relay, "config": text, "is_new_secret": not settings.turn_secret})
        return
    print_whole(text.rstrip("\n"))
    if not settings.turn_secret:
        say(
            "The secret in it is new. Give the same one to incamera as INCAMERA_TURN_SECRET, and the relay's address as INCAMERA_TURN_URLS.",
            to_errors=True,
        )


def _checked(external_ip: str | None) -> str | None:
    if external_ip is None:
        return None
    parts = external_ip.split("/")
    try:
        for part in parts:
            ipaddress.ip_address(part)
    except ValueError:
        parts = []
    if len(parts) not in (1, 2):
        raise LocalError("local.settings", f"--external-ip: {external_ip!r} is neither an address nor PUBLIC/PRIVATE.")
    return external_ip
