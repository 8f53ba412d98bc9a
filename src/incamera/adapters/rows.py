"""Between rows and frozen values."""

from typing import Any

from sqlalchemy import RowMapping

from incamera.control.events import Event
from incamera.domain.entry import Entry, EntryKind
from incamera.domain.grant import Grant, Scope
from incamera.domain.identifiers import AccessHash, GrantHash, ParticipantId, RoomId
from incamera.domain.room import Room, Topology

Row = RowMapping


def room_of(row: Row) -> Room:
    """A row of `rooms`."""
    return Room(
        room_id=RoomId(row["room_id"]),
        access_hash=AccessHash(row["access_hash"]),
        host_public_key=row["host_public_key"],
        sealed_policy=row["sealed_policy"],
        topology=Topology(row["topology"]),
        capacity=row["capacity"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
    )


def room_row(room: Room) -> dict[str, Any]:
    """What a new room looks like: nothing in its log, nobody in it."""
    return {
        "room_id": room.room_id,
        "access_hash": room.access_hash,
        "host_public_key": room.host_public_key,
        "sealed_policy": room.sealed_policy,
        "topology": room.topology.value,
        "capacity": room.capacity,
        "created_at": room.created_at,
        "expires_at": room.expires_at,
        "ended_at": room.ended_at,
        "head": 0,
        "empty_since": room.created_at,
    }


def grant_of(row: Row) -> Grant:
    """A row of `grants`."""
    return Grant(
        grant_hash=GrantHash(row["grant_hash"]),
        room_id=RoomId(row["room_id"]),
        participant_id=ParticipantId(row["participant_id"]),
        scopes=frozenset(Scope(scope) for scope in row["scopes"].split()),
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
    )


def grant_row(grant: Grant) -> dict[str, Any]:
    """A row for `grants`."""
    return {
        "grant_hash": grant.grant_hash,
        "room_id": grant.room_id,
        "participant_id": grant.participant_id,
        "scopes": " ".join(sorted(grant.scopes)),
        "issued_at": grant.issued_at,
        "expires_at": grant.expires_at,
    }


def entry_of(row: Row) -> Entry:
    """A row of `entries`."""
    return Entry(row["seq"], ParticipantId(row["sender"]), EntryKind(row["kind"]), row["epoch"], row["body"])


def event_row(event: Event) -> dict[str, Any]:
    """A row for `events`."""
    return {"at": event.at, "name": event.name.value, "room_id": event.room_id, "participant_id": event.participant_id, "code": event.code}
