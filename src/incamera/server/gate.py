"""What every request passes first: Host, Origin of writes, body size; and on the way out the headers. Plain ASGI, so that sockets pass it too."""

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incamera.control.limits import HEAD_BYTES_MAX, REQUEST_BYTES_MAX
from incamera.errors import IncameraError, RemoteError, UnavailableError
from incamera.server.headers import response_headers
from incamera.server.metrics import Metrics
from incamera.server.origins import Origins
from incamera.server.problems import problem

_log = structlog.get_logger("incamera.http")


class Gate:
    """Refuses what is not meant for us; adds the security headers to every answer, those to our own faults included."""

    def __init__(self, app: ASGIApp, origins: Origins, metrics: Metrics, *, is_tls: bool) -> None:
        self._app = app
        self._origins = origins
        self._metrics = metrics
        self._is_tls = is_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Trust: everything in the request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = ""
        app = self._app
        try:
            _refuse_large_head(scope)
            origin = self._origins.of(headers)
            if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
                self._origins.require_own(headers)
                _refuse_announced_excess(headers)
        except IncameraError as error:
            app = problem(error)
        if scope["type"] == "websocket":
            await self._refuse_or_open(app, scope, receive, send, origin)
        else:
            await self._answer(app, scope, _bounded(receive), send, origin)

    async def _refuse_or_open(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, origin: str) -> None:
        async def add_headers(message: Message) -> None:
            if message["type"] == "websocket.http.response.start":
                self._dress(message, scope, origin)
            await send(message)

        await app(scope, receive, add_headers)

    async def _answer(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, origin: str) -> None:
        status = 0

        async def add_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(message, scope, origin)
            await send(message)

        try:
            await app(scope, receive, add_headers)
        except Exception:
            _log.exception("request failed")
            if status:
                raise
            await problem(UnavailableError("unavailable.internal"))(scope, receive, add_headers)
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.requests.labels(route, str(status)).inc()

    def _dress(self, start: Message, scope: Scope, origin: str) -> None:
        MutableHeaders(scope=start).update(response_headers(scope["path"], origin, start["status"], is_tls=self._is_tls))


def _refuse_large_head(scope: Scope) -> None:
    """h11 bounds a head that comes in pieces; one that comes whole is bounded here."""
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"]) + sum(len(name) + len(value) for name, value in scope["headers"])
    if size > HEAD_BYTES_MAX:
        raise RemoteError("remote.too-large")


def _refuse_announced_excess(headers: Headers) -> None:
    announced = headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit() or len(announced) > 12 or int(announced) > REQUEST_BYTES_MAX:
        raise RemoteError("remote.too-large")


def _bounded(receive: Receive) -> Receive:
    seen = 0

    async def count() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > REQUEST_BYTES_MAX:
            raise RemoteError("remote.too-large")
        return message

    return count
