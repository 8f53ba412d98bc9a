"""The media node inside this server: what it listens on, when it runs, and who is told what it says."""

import hashlib
from collections.abc import Callable

import structlog

from incamera.adapters.media_node import Listen, MediaNode, NodeEvent, NodeSettings, Panicked, Stopped
from incamera.domain.identifiers import RoomId
from incamera.errors import LocalError
from incamera.server.relay_places import listeners, relay_addresses, relay_bind_addresses, sfu_listeners
from incamera.server.settings import Settings

_log = structlog.get_logger("incamera.node")

_STARTS = 5
# The node always has a relay. Without one of our own it is for nobody: on loopback, under a secret that is not kept.
_OUT_OF_REACH = Listen("udp", "127.0.0.1", 0)


class OwnNode:
    """One per server, for the relay and the SFU alike. A room is a keyed number to it, good for this start only."""

    def __init__(self, settings: Settings, secrets: tuple[str, ...], room_key: bytes) -> None:
        """`secrets` sign TURN credentials, newest first; without a relay of our own nobody else knows them."""
        self._settings = settings
        self._secrets = secrets
        self._room_key = room_key
        self._running: MediaNode | None = None
        self._listeners: list[Callable[[NodeEvent], None]] = []

    @property
    def running(self) -> MediaNode | None:
        """The node, between start and stop."""
        return self._running

    def hear(self, listener: Callable[[NodeEvent], None]) -> None:
        """Tells it every event, on the event loop."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Raises: LocalError local.settings, local.port-taken; UnavailableError unavailable.relay."""
        for tries_left in reversed(range(_STARTS)):
            node = MediaNode(_node_settings(self._settings, self._secrets))
            try:
                await node.start(self._heard)
            except LocalError as error:
                # Somebody was quicker at a port that was free when we looked; unless it is the operator's wish there are others.
                if error.code != "local.port-taken" or not tries_left:
                    raise
            else:
                self._running = node
                return

    async def stop(self) -> None:
        """Ends every allocation and every leg."""
        if self._running is not None:
            await self._running.stop()
        self._running = None

    def listening(self) -> list[Listen]:
        """Where the relay is; nowhere while it does not run."""
        return [] if self._running is None or self._settings.relay != "own" else self._running.listening()

    def counters(self) -> dict[str, int]:
        """Numbers without addresses; empty while it does not run."""
        numbers = {} if self._running is None else self._running.counters()
        is_relay = self._settings.relay == "own"
        return {name: value for name, value in numbers.items() if is_relay or name.startswith("sfu_")}

    def room_number(self, room_id: RoomId) -> int:
        """What the node calls a room."""
        return int.from_bytes(hashlib.blake2b(room_id, key=self._room_key, digest_size=8).digest()) >> 1

    def _heard(self, event: NodeEvent) -> None:
        match event:
            case Panicked(shard):
                _log.error("a packet could not be handled", shard=shard)
            case Stopped(shard):
                _log.error("a thread of the media node ended", shard=shard)
            case _:
                pass
        for listener in self._listeners:
            listener(event)


def _node_settings(settings: Settings, secrets: tuple[str, ...]) -> NodeSettings:
    relay = settings.relay == "own"
    certificate, key = _tls(settings) if relay else (None, None)
    return NodeSettings(
        listen=listeners(settings) if relay else [_OUT_OF_REACH],
        secrets=[secret.encode() for secret in secrets],
        relay_addresses=relay_addresses(settings) if relay else [_OUT_OF_REACH.host],
        relay_bind_addresses=relay_bind_addresses(settings) if relay else [],
        public_peers=relay and settings.turn_peers == "public",
        tls_certificates_pem=certificate,
        tls_private_key_pem=key,
        sfu_listen=sfu_listeners(settings) if settings.sfu == "own" else [],
        sfu_addresses=relay_addresses(settings) if settings.sfu == "own" else [],
    )


def _tls(settings: Settings) -> tuple[bytes | None, bytes | None]:
    if settings.tls_cert is None or settings.tls_key is None:
        return None, None
    try:
        return settings.tls_cert.read_bytes(), settings.tls_key.read_bytes()
    except OSError as error:
        raise LocalError("local.settings", f"The certificate or its key can not be read ({error.strerror}).") from None
