"""The relay inside this server: who may use it, and where people find it."""

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

_log = structlog.get_logger("incamera.relay")


class OwnRelay:
    """Tells the media node whom it may serve. A participant is a user of it by its opaque id."""

    def __init__(self, settings: Settings, secrets: tuple[str, ...], node: OwnNode, now: Callable[[], float]) -> None:
        self.secrets = secrets
        self._settings = settings
        self._node = node
        self._now = now
        self._guests = RelayGuests()
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
        now = int(self._now())
        self._guests.admit(grant.room_id, grant.participant_id, now + self._settings.turn_ttl, now)
        self._node.running.admit(b64u.encode(grant.participant_id), self._node.room_number(grant.room_id))

    def leave(self, grant: Grant) -> None:
        """This participant does not come back: its credentials end now."""
        self._evict(self._guests.leave(grant.participant_id))

    def end_room(self, room_id: RoomId) -> None:
        """Nor does anybody of this room."""
        self._evict(self._guests.end_room(room_id))

    def _evict(self, evictions: Iterable[Eviction]) -> None:
        for eviction in evictions:
            if self._node.running is None:
                return
            try:
                self._node.running.evict(b64u.encode(eviction.participant_id), eviction.until_s)
            except IncameraError as error:
                _log.warning("eviction is late", code=error.code)


def _heard(event: NodeEvent) -> None:
    if isinstance(event, Refused):
        _log.warning("the relay is full")
