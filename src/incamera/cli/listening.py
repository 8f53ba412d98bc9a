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
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except socket.gaierror:
        raise LocalError("local.settings", f"host (--host, INCAMERA_HOST): {settings.host!r} is not an address of this computer.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise LocalError("local.port-taken", f"Port {settings.port} of {settings.host} is in use.") from None
        raise LocalError("local.settings", f"host, port: {settings.host} port {settings.port}: {error.strerror}.") from None
