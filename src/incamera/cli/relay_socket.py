"""One blocking exchange at a time with a relay, over UDP, TCP or TLS."""

import socket
import ssl
import time
from types import TracebackType
from typing import Self

from incamera.cli.stun import HEADER_BYTES, MESSAGE_BYTES_MAX
from incamera.cli.turn_url import RelayAddress
from incamera.errors import RemoteError, UnavailableError

_TIMEOUT_S = 4.0
_WAITS_S = (0.5, 1.0, 2.5)


class RelaySocket:
    """Raises: UnavailableError unavailable.relay, saying in words what did not work. Trust: the network."""

    def __init__(self, relay: RelayAddress) -> None:
        self._relay = relay
        try:
            self._socket = self._connect()
        except ssl.SSLError as error:
            raise UnavailableError(
                "unavailable.relay", f"Its certificate is not good: {getattr(error, 'verify_message', '') or error.reason}."
            ) from None
        except OSError as error:
            raise UnavailableError("unavailable.relay", f"No connection: {error.strerror or 'it does not answer'}.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> bytes:
        """One answer. UDP requests are sent up to three times."""
        try:
            return self._ask_stream(request) if self._relay.is_tcp else self._ask_datagram(request)
        except OSError as error:
            raise UnavailableError("unavailable.relay", f"No answer: {error.strerror or 'it is silent'}.") from None

    def _connect(self) -> socket.socket:
        kind = socket.SOCK_STREAM if self._relay.is_tcp else socket.SOCK_DGRAM
        family, _kind, protocol, _name, address = socket.getaddrinfo(self._relay.host, self._relay.port, type=kind)[0]
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(_TIMEOUT_S)
            made.connect(address)
            return ssl.create_default_context().wrap_socket(made, server_hostname=self._relay.host) if self._relay.is_tls else made
        except OSError:
            made.close()
            raise

    def _ask_datagram(self, request: bytes) -> bytes:
        for wait_s in _WAITS_S:
            self._socket.send(request)
            until = time.monotonic() + wait_s
            while (left := until - time.monotonic()) > 0:
                self._socket.settimeout(left)
                try:
                    answer = self._socket.recv(MESSAGE_BYTES_MAX + 1)
                except TimeoutError:
                    break
                # A late answer to what was asked before is not this one's.
                if answer[8:20] == request[8:20]:
                    return answer
        raise TimeoutError

    def _ask_stream(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        head = self._receive(HEADER_BYTES)
        length = int.from_bytes(head[2:4], "big")
        if length > MESSAGE_BYTES_MAX - HEADER_BYTES:
            raise RemoteError("remote.too-large", "The relay's answer is too large.")
        return head + self._receive(length)

    def _receive(self, length: int) -> bytes:
        received = b""
        while len(received) < length:
            piece = self._socket.recv(length - len(received))
            if not piece:
                raise ConnectionResetError
            received += piece
        return received
