"""Serving in this process: uvicorn, started and stopped cleanly."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket
from threading import current_thread, main_thread

import uvicorn
from starlette.applications import Starlette

from incamera.control.limits import FRAME_BYTES_MAX, HEAD_BYTES_MAX
from incamera.errors import IncameraError, UnavailableError
from incamera.server.app import create_app
from incamera.server.logs import configure_logs
from incamera.server.parts import Parts
from incamera.server.settings import Settings
from incamera.server.socket import SignalSocket
from incamera.server.transports import PatientHttp, SignalProtocol

_GRACE_S = 5


class Server(uvicorn.Server):
    """Tells when it listens, and says `closing` on every socket before it goes."""

    def __init__(self, config: uvicorn.Config, app: Starlette, settings: Settings, on_ready: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self._parts: Parts = app.state.parts
        self._signal: SignalSocket = app.state.signal
        self._settings = settings
        self._on_ready = on_ready
        self._refused: IncameraError | None = None

    def run(self, sockets: list[socket] | None = None) -> None:
        """Serves until it is told to stop.

        Raises: UnavailableError unavailable.storage when the database can not be opened; what `OwnNode.start` raises.
        """
        self._parts.store.prepare()
        super().run(sockets)
        if self._refused is not None:
            raise self._refused

    @property
    def relay_urls(self) -> list[str]:
        """Where our own relay is; empty without one, and while it does not run."""
        return [] if self._parts.relay is None else self._parts.relay.urls

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM end the server and nothing more: the process goes on to its own end. Elsewhere than in the main thread: none."""
        if current_thread() is not main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Starts the media node and listens, then calls on_ready with the origin."""
        if self._parts.node is not None:
            try:
                await self._parts.node.start()
            except IncameraError as error:
                self._refused, self.should_exit = error, True
                return
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._on_ready(self._settings.origin(port))

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Closes sockets with 1012 first."""
        self._parts.hall.close_everything(UnavailableError("unavailable.restarting"))
        await self._signal.drained()
        await super().shutdown(sockets)
        if self._parts.node is not None:
            await self._parts.node.stop()


def serve(settings: Settings, on_ready: Callable[[str], None] | None = None) -> None:
    """Serves until Ctrl-C or SIGTERM; `on_ready` gets the origin once the server listens.

    Raises: LocalError local.settings; UnavailableError unavailable.storage.
    """
    configure_logs(settings.log_format, settings.log_level)
    make_server(settings, on_ready).run()


def make_server(settings: Settings, on_ready: Callable[[str], None] | None = None) -> Server:
    """A server that has not started yet."""
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=PatientHttp,
        h11_max_incomplete_event_size=HEAD_BYTES_MAX,
        ws=SignalProtocol,
        ws_max_size=FRAME_BYTES_MAX,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    return Server(config, app, settings, on_ready)
