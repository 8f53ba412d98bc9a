"""Who is in a room now: one socket per participant, a newer one takes over."""

from dataclasses import dataclass, replace

from incamera.control.events import Event, EventName
from incamera.control.limits import SOCKETS_SPARE_PER_ROOM
from incamera.domain.identifiers import ParticipantId
from incamera.domain.room import Room
from incamera.errors import DeniedError


@dataclass(frozen=True, slots=True)
class Occupants:
    """The participants with a joined socket, in the order in which they came."""

    room: Room
    present: tuple[ParticipantId, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """`supersedes`: the same participant's older socket must be closed, and nobody is told that anyone came."""

    supersedes: bool
    events: tuple[Event, ...]


def enter(occupants: Occupants, participant_id: ParticipantId, now: int) -> tuple[Occupants, Entered]:
    """Raises: DeniedError denied.room-gone; denied.room-full beyond capacity + 8 sockets."""
    if occupants.room.is_over(now):
        raise DeniedError("denied.room-gone")
    if participant_id in occupants.present:
        return occupants, Entered(True, ())
    if len(occupants.present) >= occupants.room.capacity + SOCKETS_SPARE_PER_ROOM:
        raise DeniedError("denied.room-full")
    event = Event(EventName.PARTICIPANT_JOINED, now, occupants.room.room_id, participant_id)
    return replace(occupants, present=(*occupants.present, participant_id)), Entered(False, (event,))


def leave(occupants: Occupants, participant_id: ParticipantId, now: int) -> tuple[Occupants, tuple[Event, ...]]:
    """Takes the participant out; one who is not there changes nothing."""
    if participant_id not in occupants.present:
        return occupants, ()
    rest = tuple(one for one in occupants.present if one != participant_id)
    return replace(occupants, present=rest), (Event(EventName.PARTICIPANT_LEFT, now, occupants.room.room_id, participant_id),)
