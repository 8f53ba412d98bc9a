"""Opening and closing rooms."""

from dataclasses import replace

from incamera.control.events import Event, EventName
from incamera.control.limits import ROOM_LIFETIME_S_MAX
from incamera.domain.identifiers import AccessHash
from incamera.domain.room import Room, Topology
from incamera.errors import DeniedError, RemoteError


def open_room(existing: Room | None, wanted: Room, now: int) -> tuple[Room, tuple[Event, ...]]:
    """Makes the room that a client asks for.

    Raises: DeniedError denied.room-exists; RemoteError remote.malformed for an expiry or capacity out of range.
    """
    if existing is not None:
        raise DeniedError("denied.room-exists")
    if not now < wanted.expires_at <= now + ROOM_LIFETIME_S_MAX:
        raise RemoteError("remote.malformed", "expires_at must lie ahead, by 366 days at most.")
    if wanted.topology is Topology.DIRECT and wanted.capacity != 2:
        raise RemoteError("remote.malformed", "A direct room has the capacity 2.")
    room = replace(wanted, created_at=now, ended_at=None)
    return room, (Event(EventName.ROOM_OPENED, now, room.room_id, code=room.topology.value),)


def close_room(room: Room, now: int) -> tuple[Room, tuple[Event, ...]]:
    """Ends the room for good; closing an ended room changes nothing."""
    if room.ended_at is not None:
        return room, ()
    return replace(room, ended_at=now), (Event(EventName.ROOM_CLOSED, now, room.room_id),)


def replace_access(room: Room, access_hash: AccessHash, sealed_policy: str, now: int) -> tuple[Room, tuple[Event, ...]]:
    """The room under another S: from now on only its access opens the room.

    Raises: DeniedError denied.room-gone.
    """
    if room.is_over(now):
        raise DeniedError("denied.room-gone")
    return replace(room, access_hash=access_hash, sealed_policy=sealed_policy), (Event(EventName.ROOM_REKEYED, now, room.room_id),)
