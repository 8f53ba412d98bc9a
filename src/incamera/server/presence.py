"""Comings and goings on their way to the store; they are written with the next batch of the journal, so that nobody waits for them."""

from collections.abc import Callable

from incamera.control.events import Event
from incamera.domain.identifiers import RoomId


class PresenceBook:
    """Bounds: one row per room and one event per coming or going since the last batch, a few milliseconds ago."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None
        self._empty: dict[RoomId, bool] = {}
        self._events: list[Event] = []

    def __bool__(self) -> bool:
        return bool(self._empty or self._events)

    def came(self, room_id: RoomId, events: tuple[Event, ...]) -> None:
        """Somebody is in the room."""
        self._note(room_id, events, is_empty=False)

    def went(self, room_id: RoomId, events: tuple[Event, ...], *, is_empty: bool) -> None:
        """Somebody left it; perhaps the last one."""
        self._note(room_id, events, is_empty=is_empty)

    def take(self) -> tuple[dict[RoomId, bool], list[Event]]:
        """Everything since the last time."""
        taken = self._empty, self._events
        self._empty, self._events = {}, []
        return taken

    def _note(self, room_id: RoomId, events: tuple[Event, ...], *, is_empty: bool) -> None:
        self._empty[room_id] = is_empty
        self._events.extend(events)
        self.wake()
