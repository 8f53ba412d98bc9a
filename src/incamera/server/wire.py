"""Text in, text out, over ASGI."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import Receive, Send

from incamera.control.limits import MESSAGE_BYTES_MAX
from incamera.errors import RemoteError
from incamera.server.pump import SendAll
from incamera.server.transports import ABORT, SEND_ALL


class HungUpError(Exception):
    """The other side is gone; nothing can be said to it."""


class Wire:
    """One socket. Trust: what is received comes from anybody."""

    def __init__(self, receive: Receive, send: Send, extensions: Mapping[str, Any]) -> None:
        self._receive = receive
        self._send = send
        self._send_all: SendAll | None = extensions.get(SEND_ALL)
        self._abort: Callable[[], None] | None = extensions.get(ABORT)
        self.close_code = 0

    async def receive(self) -> str:
        """The next message.

        Raises: RemoteError remote.too-large or remote.malformed (binary); HungUpError.
        """
        event = await self._receive()
        if event["type"] != "websocket.receive":
            raise HungUpError
        text = event.get("text")
        if not isinstance(text, str):
            raise RemoteError("remote.malformed", "Messages are text.")
        if len(text if text.isascii() else text.encode()) > MESSAGE_BYTES_MAX:
            raise RemoteError("remote.too-large")
        return text

    async def send(self, text: str) -> None:
        """Waits while the other side reads slowly. Raises: HungUpError."""
        await self._emit({"type": "websocket.send", "text": text})

    async def send_all(self, texts: list[str]) -> None:
        """The same for many, with one system call where the server can. Raises: HungUpError."""
        if self._send_all is None:
            for text in texts:
                await self.send(text)
            return
        try:
            await self._send_all(texts)
        except (OSError, RuntimeError):
            raise HungUpError from None

    async def close(self, code: int) -> None:
        """Says goodbye with a close code. Raises: HungUpError."""
        await self._emit({"type": "websocket.close", "code": code})

    async def _emit(self, event: dict[str, object]) -> None:
        try:
            await self._send(event)
        except (OSError, RuntimeError):
            raise HungUpError from None

    def abort(self) -> None:
        """Drops a connection that nobody reads, where the server can."""
        if self._abort is not None:
            self._abort()
