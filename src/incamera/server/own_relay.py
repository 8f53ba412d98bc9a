"""The relay inside this server: who may use it, and where people find it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

import structlog

from incamera.adapters.media_node import NodeEvent, Refused
from incamera.control.relay_guests import Eviction, RelayGuests
from incamera.domain import b64u
from incamera.domain.grant import Grant
from incamera.domain.identifiers import RoomId
from incamera.errors import IncameraError
from incamera.server.own_node import OwnNode
from incamera.server.relay_places import urls
from incamera.server.settings import Settings

_AGAIN_S = 0.2
_log = structlog.get_logger("incamera.relay")


class OwnRelay:
    """Tells the media node whom it may serve. A participant is a user of it by its opaque id."""

    def __init__(self, settings: Settings, secrets: tuple[str, ...], node: OwnNode, now: Callable[[], float]) -> None:
        self.secrets = secrets
        self._settings = settings
        self._node = node
        self._now = now
        self._guests = RelayGuests()
        # No longer than the guests were many: each of them is evicted once.
        self._late: deque[Eviction] = deque()
        self._again: asyncio.TimerHandle | None = None
        node.hear(_heard)

    @property
    def urls(self) -> list[str]:
        """Where it is, for browsers; empty while it does not run."""
        return urls(self._settings, self._node.listening())

    def admit(self, grant: Grant) -> None:
        """Whoever is in a room may reach the others of it, for as long as credentials given now are good.

        Raises: UnavailableError unavailable.relay.
        """
        if self._node.running is None:
            return
        if self._late:
            self._late = deque(eviction for eviction in self._late if eviction.participant_id != grant.participant_id)
        now = int(self._now())
        self._evict(self._guests.admit(grant.room_id, grant.participant_id, now + self._settings.turn_ttl, now))
        self._node.running.admit(b64u.encode(grant.participant_id), self._node.room_number(grant.room_id))

    def leave(self, grant: Grant) -> None:
        """This participant does not come back: its credentials end now."""
        self._evict(self._guests.leave(grant.participant_id))

    def end_room(self, room_id: RoomId) -> None:
        """Nor does anybody of this room."""
        self._evict(self._guests.end_room(room_id))

    def _evict(self, evictions: Iterable[Eviction]) -> None:
        self._late.extend(evictions)
        while self._late and self._node.running is not None:
            try:
                self._node.running.evict(b64u.encode(self._late[0].participant_id), self._late[0].until_s)
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


def _heard(event: NodeEvent) -> None:
    if isinstance(event, Refused):
        _log.warning("the relay is full")
