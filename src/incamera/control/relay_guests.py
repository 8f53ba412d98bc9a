"""Who may use our own relay, for which room, until when: (guests, command, now) → (guests, effects for the relay).

A participant is a guest from the moment it is in a room until it leaves, its room ends, or the last credential it was given runs out. A socket that is
lost ends nothing: a call outlives it, and its credentials run out by themselves. The relay has a bounded table of users too, so it hears of those as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from incamera.control.limits import RELAY_GUESTS_MAX
from incamera.domain.identifiers import ParticipantId, RoomId
from incamera.errors import UnavailableError

_FORGOTTEN_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Eviction:
    """The relay shall end what this participant has; its credentials would have been good until `until_s` (since 1970)."""

    participant_id: ParticipantId
    until_s: int


@dataclass(slots=True)
class RelayGuests:
    """Bounds: RELAY_GUESTS_MAX participants. With one lifetime for all credentials, those whose time is up first stand first."""

    _until: dict[ParticipantId, tuple[RoomId, int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._until)

    def admit(self, room_id: RoomId, participant_id: ParticipantId, until_s: int, now: int) -> Iterable[Eviction]:
        """Notes that a credential good until `until_s` was, or may be, given. Returns a few of those whose time is up: they are guests no more.

        Raises: UnavailableError unavailable.relay when there are too many guests.
        """
        # Out first: who comes back after its time is none of those who are gone.
        _, before = self._until.pop(participant_id, (room_id, 0))
        gone = self._forget_expired(now)
        if len(self._until) >= RELAY_GUESTS_MAX:
            raise UnavailableError("unavailable.relay", "Too many people use the relay.")
        self._until[participant_id] = (room_id, max(before, until_s))
        return gone

    def leave(self, participant_id: ParticipantId) -> Iterable[Eviction]:
        """One participant is gone for good."""
        found = self._until.pop(participant_id, None)
        return [] if found is None else [Eviction(participant_id, found[1])]

    def end_room(self, room_id: RoomId) -> Iterable[Eviction]:
        """Everybody of a room is."""
        gone = [(participant_id, until) for participant_id, (room, until) in self._until.items() if room == room_id]
        for participant_id, _ in gone:
            del self._until[participant_id]
        return [Eviction(participant_id, until) for participant_id, until in gone]

    def _forget_expired(self, now: int) -> list[Eviction]:
        # A few at a time, and more than one comes in: no visit pays for all that were lost, and none stays for ever.
        gone = []
        for participant_id, (_, until_s) in islice(self._until.items(), _FORGOTTEN_AT_ONCE):
            if until_s > now:
                break
            gone.append(Eviction(participant_id, until_s))
        for eviction in gone:
            del self._until[eviction.participant_id]
        return gone
