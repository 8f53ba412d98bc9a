"""uvicorn's two protocols, made to lose patience: with a request that never ends, and with a reader that never reads.

What they refuse before the application is asked gets the headers of every other answer.
"""

from asyncio import TimerHandle, Transport
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import h11
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import StatusLike

from incamera.control.limits import REQUEST_PATIENCE_S, SOCKET_READ_AHEAD
from incamera.errors import RemoteError
from incamera.server.headers import response_headers
from incamera.server.problems import problem

ABORT = "incamera.abort"
"""ASGI extension of sockets: a function that drops the TCP connection without waiting for what is still unsent."""
SEND_ALL = "incamera.send_all"
"""ASGI extension of sockets: sends a list of texts at once."""


class PatientHttp(H11Protocol):
    """Drops a connection whose request has not arrived whole after 10 s, so that slow senders hold nothing."""

    _patience: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_protocol() is not self or self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._forget()
        elif self._patience is None:
            self._await_request()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP. Nothing in it can be believed, its Host least of all."""
        refusal = problem(RemoteError("remote.malformed", msg))
        ours = response_headers("", "", refusal.status_code, is_tls=self.config.is_ssl)
        headers = [*refusal.raw_headers, *((name.encode(), value.encode()) for name, value in ours.items()), (b"connection", b"close")]
        for event in (h11.Response(status_code=400, headers=headers, reason=b"Bad Request"), h11.Data(data=bytes(refusal.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _await_request(self) -> None:
        self._patience = self.loop.call_later(REQUEST_PATIENCE_S, self.transport.abort)

    def _forget(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class Handshake(ServerProtocol):
    """Refuses what is no handshake of a WebSocket; uvicorn asks it for its own refusals too."""

    is_tls = False

    def reject(self, status: StatusLike, text: str) -> Response:
        refusal = super().reject(status, text)
        refusal.headers.update(response_headers("", "", refusal.status_code, is_tls=self.is_tls))
        return refusal


class SignalProtocol(WebSocketsSansIOProtocol):
    """Gives the application ways to drop a socket that nobody reads, and to send many messages with one system call."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn = Handshake(max_size=self.config.ws_max_size, logger=self.logger)
        self.conn.is_tls = self.config.is_ssl

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            # The answer is no, but there is one: uvicorn would log that the application gave none.
            self.handshake_complete = True

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        scope: dict[str, Any] | None = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][ABORT] = self.transport.abort
            scope["extensions"][SEND_ALL] = self.send_all

    async def send_all(self, texts: Sequence[str]) -> None:
        """Each text becomes a frame of its own. Raises: ClientDisconnected."""
        await self.writable.wait()
        if self.disconnected or self.close_sent or not self.handshake_complete:
            raise ClientDisconnected
        self.transport.write(b"".join(text_frame(text) for text in texts))

    def send_receive_event_to_app(self) -> None:
        """Reads on while few messages wait, where uvicorn pauses after each. Text that is not UTF-8 is handed on as bytes, which we refuse."""
        data = b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        event: Any = {"type": "websocket.receive", "bytes": data}
        if self.curr_msg_data_type == "text":
            with suppress(UnicodeDecodeError):
                event = {"type": "websocket.receive", "text": data.decode()}
        self.queue.put_nowait(event)
        if self.queue.qsize() >= SOCKET_READ_AHEAD and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()


def text_frame(text: str) -> bytes:
    """An unmasked, final text frame. Source: RFC 6455 §5.2."""
    data = text.encode()
    size = len(data)
    if size < 126:
        return bytes((0x81, size)) + data
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + data
    return b"\x81\x7f" + size.to_bytes(8, "big") + data
