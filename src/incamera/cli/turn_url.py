"""TURN addresses as settings hold them."""

import re
from dataclasses import dataclass

from incamera.errors import LocalError

_URL = re.compile(r"(turns?):(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(?:\?transport=(udp|tcp))?")


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """One of turn_urls, taken apart. TLS is always over TCP here: turns: with UDP means DTLS, which no browser speaks to relays."""

    host: str
    port: int
    is_tcp: bool
    is_tls: bool


def parse_turn_url(url: str) -> RelayAddress:
    """Source: RFC 7065 §3.1.

    Raises: LocalError local.settings.
    """
    found = _URL.fullmatch(url)
    is_tls = found is not None and found[1] == "turns"
    port = 0 if found is None else int(found[3] or (5349 if is_tls else 3478))
    if found is None or not 0 < port < 65_536 or (is_tls and found[4] == "udp"):
        raise LocalError("local.settings", f"turn_urls: {url!r} is not an address such as turn:relay.example.org:3478?transport=udp.")
    return RelayAddress(found[2].strip("[]"), port, is_tls or found[4] == "tcp", is_tls)
