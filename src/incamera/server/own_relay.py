"""The relay inside this server: when it runs, who may use it, what it says of itself."""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Iterable

import structlog

from incamera.adapters.media_node import MediaNode, NodeEvent, NodeSettings, Panicked, Refused, Stopped
from incamera.control.relay_guests import Eviction, RelayGuests
from incamera.domain import b64u
from incamera.domain.grant import Grant
from incamera.domain.identifiers import RoomId
from incamera.errors import IncameraError, LocalError
from incamera.server.relay_places import listeners, relay_addresses, urls
from incamera.server.settings import Settings

_AGAIN_S = 0.2
_STARTS = 5
_log = structlog.get_logger("incamera.relay")


class OwnRelay:
    """Tells the media node whom it may serve. A participant is a user of it by its opaque id; a room is a keyed number, good for this start only."""

    def __init__(self, settings: Settings, secrets: tuple[str, ...], room_key: bytes, now: Callable[[], float]) -> None:
        self.secrets = secrets
        self._settings = settings
        self._room_key = room_key
        self._now = now
        self._guests = RelayGuests()
        self._node: MediaNode | None = None
        self._urls: list[str] = []
        # No longer than the guests were many: each of them is evicted once.
        self._late: deque[Eviction] = deque()
        self._again: asyncio.TimerHandle | None = None

    @property
    def urls(self) -> list[str]:
        """Where it is, for browsers; empty while it does not run."""
        return self._urls

    async def start(self) -> None:
        """Raises: LocalError local.settings, local.port-taken; UnavailableError unavailable.relay."""
        for tries_left in reversed(range(_STARTS)):
            node = MediaNode(_node_settings(self._settings, self.secrets))
            try:
                await node.start(self._heard)
            except LocalError as error:
                # Somebody was quicker at a port that was free when we looked; unless it is the operator's wish there are others.
                if error.code != "local.port-taken" or not tries_left:
                    raise
            else:
                self._node = node
                self._urls = urls(self._settings, node.listening())
                return

    async def stop(self) -> None:
        """Closes every allocation."""
        if self._again is not None:
            self._again.cancel()
        self._again = None
        self._late.clear()
        if self._node is not None:
            await self._node.stop()
        self._node, self._urls = None, []

    def admit(self, grant: Grant) -> None:
        """Whoever is in a room may reach the others of it, for as long as credentials given now are good.

        Raises: UnavailableError unavailable.relay.
        """
        if self._node is None:
            return
        if self._late:
            self._late = deque(eviction for eviction in self._late if eviction.participant_id != grant.participant_id)
        now = int(self._now())
        self._evict(self._guests.admit(grant.room_id, grant.participant_id, now + self._settings.turn_ttl, now))
        self._node.admit(b64u.encode(grant.participant_id), self._room_number(grant.room_id))

    def leave(self, grant: Grant) -> None:
        """This participant does not come back: its credentials end now."""
        self._evict(self._guests.leave(grant.participant_id))

    def end_room(self, room_id: RoomId) -> None:
        """Nor does anybody of this room."""
        self._evict(self._guests.end_room(room_id))

    def counters(self) -> dict[str, int]:
        """Numbers without addresses; empty while it does not run."""
        return {} if self._node is None else self._node.counters()

    def _evict(self, evictions: Iterable[Eviction]) -> None:
        self._late.extend(evictions)
        while self._late and self._node is not None:
            try:
                self._node.evict(b64u.encode(self._late[0].participant_id), self._late[0].until_s)
            except IncameraError as error:
                # Too much waits for its threads. Who left must not keep what it had, so this is tried until it is heard.
                _log.warning("eviction is late", code=error.code)
                if self._again is None:
                    self._again = asyncio.get_running_loop().call_later(_AGAIN_S, self._evict_late)
                return
            self._late.popleft()

    def _evict_late(self) -> None:
        self._again = None
        self._evict(())

    def _room_number(self, room_id: RoomId) -> int:
        return int.from_bytes(hashlib.blake2b(room_id, key=self._room_key, digest_size=8).digest()) >> 1

    def _heard(self, event: NodeEvent) -> None:
        match event:
            case Panicked(shard):
                _log.error("a packet could not be handled", shard=shard)
            case Refused():
                _log.warning("the relay is full")
            case Stopped(shard):
                _log.error("a thread of the relay ended", shard=shard)
            case _:
                pass


def _node_settings(settings: Settings, secrets: tuple[str, ...]) -> NodeSettings:
    certificate, key = _tls(settings)
    return NodeSettings(
        listen=listeners(settings),
        secrets=[secret.encode() for secret in secrets],
        relay_addresses=relay_addresses(settings),
        public_peers=settings.turn_peers == "public",
        tls_certificates_pem=certificate,
        tls_private_key_pem=key,
    )


def _tls(settings: Settings) -> tuple[bytes | None, bytes | None]:
    if settings.tls_cert is None or settings.tls_key is None:
        return None, None
    try:
        return settings.tls_cert.read_bytes(), settings.tls_key.read_bytes()
    except OSError as error:
        raise LocalError("local.settings", f"The certificate or its key can not be read ({error.strerror}).") from None
