"""uvicorn's two protocols, made to lose patience: with a request that never ends, and with a reader that never reads."""

from asyncio import TimerHandle, Transport
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from incamera.control.limits import REQUEST_PATIENCE_S

ABORT = "incamera.abort"
"""ASGI extension of sockets: a function that drops the TCP connection without waiting for what is still unsent."""


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

    def _await_request(self) -> None:
        self._patience = self.loop.call_later(REQUEST_PATIENCE_S, self.transport.abort)

    def _forget(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class SignalProtocol(WebSocketsSansIOProtocol):
    """Gives the application a way to drop a socket that nobody reads."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        scope: dict[str, Any] | None = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][ABORT] = self.transport.abort
