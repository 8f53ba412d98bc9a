"""The socket that the server listens on."""

import errno
import socket

from incamera.errors import LocalError
from incamera.server.settings import Settings

_BACKLOG = 2_048


def listen(settings: Settings) -> socket.socket:
    """Raises: LocalError local.port-taken, local.settings."""
    try:
        found = socket.getaddrinfo(settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _kind, _protocol, _name, address = found[0]
        listening = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except socket.gaierror:
        raise LocalError("local.settings", f"host (--host, INCAMERA_HOST): {settings.host!r} is not an address of this computer.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise LocalError("local.port-taken", f"Port {settings.port} of {settings.host} is in use.") from None
        raise LocalError("local.settings", f"host, port: {settings.host} port {settings.port}: {error.strerror}.") from None
    # Connections inherit it. asyncio sets it for sockets whose protocol is named, which accepted ones of `create_server` are not; without it the second of two
    # messages in a row waits for the acknowledgement of the first, which browsers hold back for 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
