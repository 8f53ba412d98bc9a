"""Where our own relay and our SFU listen, and under which names people find them."""

import socket
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from incamera.adapters.media_node import Listen, Transport
from incamera.server.settings import Settings, is_loopback_name, wrong

_PORT, _TLS_PORT, _SFU_PORT = 3_478, 5_349, 8_081
_TRIES = 16
_PLAIN: tuple[Transport, ...] = ("udp", "tcp")
_EVERYWHERE = {"": ("0.0.0.0", "::"), "0.0.0.0": ("0.0.0.0",), "::": ("::", "0.0.0.0")}  # noqa: S104 - the operator's choice


def listeners(settings: Settings) -> list[Listen]:
    """UDP and TCP on each address that our relay listens on, and TLS where there is a certificate.

    Raises: LocalError local.settings for a host that is no address and has none.
    """
    addresses = _bound(settings)
    port = settings.turn_port or _free_port(_PORT, addresses, (socket.SOCK_DGRAM, socket.SOCK_STREAM))
    tls_port = settings.turn_tls_port or _free_port(_TLS_PORT, addresses, (socket.SOCK_STREAM,))
    return _places(settings, addresses, port, tls_port)


def usual_listeners(settings: Settings) -> list[Listen]:
    """Where a relay that runs already should be, without looking. Raises: as `listeners`."""
    return _places(settings, _bound(settings), settings.turn_port or _PORT, settings.turn_tls_port or _TLS_PORT)


def sfu_listeners(settings: Settings) -> list[Listen]:
    """UDP and TCP on each address that the server listens on. Raises: as `listeners`."""
    addresses = _bound(settings)
    port = settings.sfu_port or _free_port(_SFU_PORT, addresses, (socket.SOCK_DGRAM, socket.SOCK_STREAM))
    return [Listen(transport, address, port) for address in addresses for transport in _PLAIN]


def relay_addresses(settings: Settings) -> list[str]:
    """What relayed addresses and the SFU's look like, one per family: as people reach us, else as we listen.

    Raises: LocalError local.settings when nothing says it.
    """
    if settings.turn_external:
        return list(settings.turn_external)
    candidates = [*_bound(settings)] if _host(settings) not in _EVERYWHERE else [*_resolved(_name(settings))]
    found = _one_per_family(candidates)
    if not found:
        raise wrong("turn_external", "relay and SFU need to know their address, and their name has none")
    return found


def relay_bind_addresses(settings: Settings) -> list[str]:
    """What relayed addresses are bound to with public peers, where people see others than this machine has. Raises: as `listeners`."""
    return _one_per_family(_bound(settings)) if settings.turn_external else []


def urls(settings: Settings, listening: Iterable[Listen]) -> list[str]:
    """For browsers, quickest first: UDP, then TCP, then TLS."""
    name = _name(settings)
    shown = f"[{name}]" if ":" in name else name
    order: dict[Transport, str] = {
        "udp": "turn:{name}:{port}?transport=udp",
        "tcp": "turn:{name}:{port}?transport=tcp",
        "tls": "turns:{name}:{port}?transport=tcp",
    }
    ports: dict[Transport, int] = {}
    for transport, _, port in listening:
        ports.setdefault(transport, port)
    return [form.format(name=shown, port=ports[transport]) for transport, form in order.items() if transport in ports]


def _places(settings: Settings, addresses: Sequence[str], port: int, tls_port: int) -> list[Listen]:
    places = [Listen(transport, address, port) for address in addresses for transport in _PLAIN]
    return places if settings.tls_cert is None else places + [Listen("tls", address, tls_port) for address in addresses]


def _one_per_family(addresses: Iterable[str]) -> list[str]:
    found: dict[bool, str] = {}
    for address in addresses:
        found.setdefault(":" in address, address)
    return list(found.values())


def _host(settings: Settings) -> str:
    """What our relay listens on. A proxy in front of the server carries no UDP, so people must reach the relay past it."""
    if settings.turn_host:
        return settings.turn_host.strip("[]")
    return "" if settings.is_loopback and not settings.is_private else settings.host


def _name(settings: Settings) -> str:
    if settings.turn_host and _host(settings) not in _EVERYWHERE:
        return _host(settings)
    if settings.public_url:
        return (urlsplit(settings.public_url).hostname or settings.host).strip("[]")
    return _bound(settings)[0] if is_loopback_name(settings.host) else settings.host


def _bound(settings: Settings) -> tuple[str, ...]:
    host = _host(settings)
    if host in _EVERYWHERE:
        return tuple(address for address in _EVERYWHERE[host] if ":" not in address or socket.has_dualstack_ipv6())
    addresses = tuple(dict.fromkeys(_resolved(host)))
    if not addresses:
        raise wrong("turn_host" if settings.turn_host else "host", f"{host!r} has no address")
    return addresses


def _resolved(name: str) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(name.strip("[]"), None, type=socket.SOCK_DGRAM)]
    except OSError:
        return ["127.0.0.1"] if is_loopback_name(name) else []


def _free_port(usual: int, addresses: Sequence[str], kinds: Sequence[int]) -> int:
    """The usual port, or one near it that is free on every address when something else has that. Relayed addresses have the ports above."""
    for port in range(usual, usual + _TRIES):
        if all(_is_free(address, port, kind) for address in addresses for kind in kinds):
            return port
    return usual


def _is_free(address: str, port: int, kind: int) -> bool:
    with socket.socket(_family(address), kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if probe.family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
