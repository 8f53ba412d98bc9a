"""The whole server as one ASGI application, composed here and nowhere else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from incamera.adapters.clock import SystemClock
from incamera.adapters.randomness import SystemRandomness
from incamera.adapters.store import Store
from incamera.errors import LocalError, UnavailableError
from incamera.server.client_files import ClientFiles
from incamera.server.gate import Gate
from incamera.server.hall import Hall
from incamera.server.health_routes import HealthRoutes
from incamera.server.journal import Journal
from incamera.server.metrics import Metrics
from incamera.server.origins import Origins
from incamera.server.own_node import OwnNode
from incamera.server.own_relay import OwnRelay
from incamera.server.own_sfu import OwnSfu
from incamera.server.parts import Parts
from incamera.server.presence import PresenceBook
from incamera.server.problems import HANDLERS
from incamera.server.relay_places import relay_addresses
from incamera.server.relay_secret import relay_secrets
from incamera.server.retention import Retention
from incamera.server.room_routes import RoomRoutes
from incamera.server.settings import Settings
from incamera.server.socket import SignalSocket
from incamera.server.turn_routes import TurnRoutes
from incamera.server.visitors import Visitors

_log = structlog.get_logger("incamera.server")


def create_app(settings: Settings) -> Starlette:
    """The application; its store opens when it starts.

    Raises: LocalError local.settings.
    """
    parts = _parts(settings)
    signal = SignalSocket(parts)
    app = Starlette(
        routes=_routes(parts, signal),
        middleware=[Middleware(Gate, origins=parts.origins, metrics=parts.metrics, is_tls=settings.tls_cert is not None)],
        exception_handlers=HANDLERS,
        lifespan=lambda _app: _life(parts),
    )
    app.state.parts = parts
    app.state.signal = signal
    app.router.redirect_slashes = False
    app.router.default = ClientFiles(settings.client_dir)
    return app


def _parts(settings: Settings) -> Parts:
    clock, randomness, metrics = SystemClock(), SystemRandomness(), Metrics()
    store, presence = Store(settings.database_path), PresenceBook()
    hall = Hall(store, presence)
    node, relay = _media(settings, randomness, clock)
    sfu = None if node is None or settings.sfu == "off" else OwnSfu(node, hall.tell)
    metrics.watch(lambda: hall.socket_count, lambda: hall.active_count)
    if node is not None:
        metrics.watch_node(node.counters)
    journal = Journal(store, hall, presence, clock, metrics)
    visitors = Visitors(settings.trusted_proxy, clock.monotonic)
    return Parts(settings, clock, randomness, store, hall, journal, metrics, visitors, Origins(settings), node, relay, sfu)


def _media(settings: Settings, randomness: SystemRandomness, clock: SystemClock) -> tuple[OwnNode | None, OwnRelay | None]:
    room_key = randomness.bytes(32)
    if settings.relay == "own":
        secrets = relay_secrets(settings)
        node = OwnNode(settings, secrets, room_key)
        return node, OwnRelay(settings, secrets, node, clock.now)
    if settings.sfu == "own" and _knows_its_address(settings):
        return OwnNode(settings, (randomness.bytes(32).hex(),), room_key), None
    return None, None


def _knows_its_address(settings: Settings) -> bool:
    try:
        relay_addresses(settings)
    except LocalError as error:
        _log.warning("group calls have no media", why=error.detail)
        return False
    return True


def _routes(parts: Parts, signal: SignalSocket) -> list[Route | WebSocketRoute]:
    rooms, turn, health, client = RoomRoutes(parts), TurnRoutes(parts), HealthRoutes(parts), ClientFiles(parts.settings.client_dir)
    return [
        Route("/api/rooms", rooms.create, methods=["POST"]),
        Route("/api/rooms", rooms.list, methods=["GET"]),
        Route("/api/rooms/{room_id}", rooms.close, methods=["DELETE"]),
        Route("/api/rooms/{room_id}/access", rooms.replace_access, methods=["PUT"]),
        Route("/api/rooms/{room_id}/grants", rooms.grant, methods=["POST"]),
        Route("/api/turn-credentials", turn.credentials, methods=["GET"]),
        WebSocketRoute("/api/signal", signal),
        Route("/healthz", health.healthz, methods=["GET"]),
        Route("/readyz", health.readyz, methods=["GET"]),
        Route("/metrics", health.metrics, methods=["GET"]),
        Route("/openapi.json", health.openapi, methods=["GET"]),
        Route("/", client.home, methods=["GET"]),
        Route("/r/{room_id}", client.call, methods=["GET"]),
        Route("/security", client.security, methods=["GET"]),
    ]


@asynccontextmanager
async def _life(parts: Parts) -> AsyncIterator[None]:
    await parts.store.open()
    async with parts.store.write() as writing:
        await writing.everybody_left(int(parts.clock.now()))
    journal = asyncio.create_task(parts.journal.run())
    retention = asyncio.create_task(Retention(parts.store, parts.hall, parts.relay, parts.clock).run())
    try:
        yield
    finally:
        parts.hall.close_everything(UnavailableError("unavailable.restarting"))
        retention.cancel()
        parts.journal.close()
        await asyncio.gather(journal, retention, return_exceptions=True)
        await parts.store.close()
