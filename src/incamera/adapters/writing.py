"""What can be changed in the store inside one transaction; events are recorded with what they tell of."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from incamera.adapters.reading import Reading
from incamera.adapters.rows import event_row, grant_row, room_row
from incamera.adapters.schema import api_keys, entries, events, grants, rooms
from incamera.control.api_keys import ApiKey
from incamera.control.events import Event
from incamera.control.limits import RETENTION_ROOMS_PER_RUN, RETENTION_ROWS_PER_STEP
from incamera.domain.grant import Grant
from incamera.domain.identifiers import GrantHash, RoomId
from incamera.domain.room import Room

_KEEP_HEAD = "UPDATE rooms SET head = max(head, (SELECT coalesce(max(seq), 0) FROM entries WHERE room_id = ?1)) WHERE room_id = ?1"
_SET_EMPTY = "UPDATE rooms SET empty_since = ? WHERE room_id = ?"


class Writing(Reading):
    """Changes; all of them are on disk when the transaction ends, or none."""

    async def record(self, happened: Sequence[Event]) -> None:
        """Writes events."""
        if happened:
            await self._connection.execute(insert(events), [event_row(event) for event in happened])

    async def add_room(self, room: Room) -> None:
        """A new room."""
        await self._connection.execute(insert(rooms), [room_row(room)])

    async def end_room(self, room: Room) -> None:
        """Writes `ended_at`; the room's grants and its log go now."""
        await self._connection.execute(update(rooms).where(rooms.c.room_id == room.room_id).values(ended_at=room.ended_at))
        await self._connection.execute(delete(grants).where(grants.c.room_id == room.room_id))
        await self._connection.execute(delete(entries).where(entries.c.room_id == room.room_id))

    async def replace_access(self, room: Room) -> None:
        """Writes what the room is opened with."""
        values = {"access_hash": room.access_hash, "sealed_policy": room.sealed_policy}
        await self._connection.execute(update(rooms).where(rooms.c.room_id == room.room_id).values(**values))

    async def add_grant(self, grant: Grant) -> None:
        """A new grant."""
        await self._connection.execute(insert(grants), [grant_row(grant)])

    async def revoke_grant(self, grant_hash: GrantHash) -> None:
        """The grant opens nothing any more."""
        await self._connection.execute(delete(grants).where(grants.c.grant_hash == grant_hash))

    async def set_empty_since(self, room_ids: Sequence[RoomId], at: int | None) -> None:
        """Since when nobody is there; None while somebody is."""
        if room_ids:
            await self._connection.exec_driver_sql(_SET_EMPTY, [(at, room_id) for room_id in room_ids])

    async def everybody_left(self, at: int) -> None:
        """After a start: nobody can be in a room yet."""
        await self._connection.execute(update(rooms).where(rooms.c.empty_since.is_(None)).values(empty_since=at))

    async def rooms_to_end(self, now: int) -> list[RoomId]:
        """Some rooms whose time is up."""
        query = select(rooms.c.room_id).where(rooms.c.ended_at.is_(None), rooms.c.expires_at <= now).limit(RETENTION_ROOMS_PER_RUN)
        return [RoomId(room_id) for room_id in (await self._connection.execute(query)).scalars()]

    async def rooms_to_purge(self, ended_before: int) -> list[RoomId]:
        """Some rooms that ended before."""
        query = select(rooms.c.room_id).where(rooms.c.ended_at < ended_before).limit(RETENTION_ROOMS_PER_RUN)
        return [RoomId(room_id) for room_id in (await self._connection.execute(query)).scalars()]

    async def logs_to_purge(self, empty_before: int) -> list[RoomId]:
        """Some rooms that are empty since before, and still hold entries."""
        held = select(entries.c.seq).where(entries.c.room_id == rooms.c.room_id).exists()
        query = select(rooms.c.room_id).where(rooms.c.empty_since <= empty_before, held).limit(RETENTION_ROOMS_PER_RUN)
        return [RoomId(room_id) for room_id in (await self._connection.execute(query)).scalars()]

    async def purge_log(self, room_id: RoomId) -> None:
        """Deletes the entries; the numbering goes on where it was."""
        await self._connection.exec_driver_sql(_KEEP_HEAD, (room_id,))
        await self._connection.execute(delete(entries).where(entries.c.room_id == room_id))

    async def purge_room(self, room_id: RoomId) -> None:
        """Deletes the room with everything in it."""
        await self._connection.execute(delete(rooms).where(rooms.c.room_id == room_id))

    async def purge_stale(self, now: int, events_before: int) -> int:
        """Deletes expired grants and old events, a bounded number; returns how many rows went."""
        old_grants = select(grants.c.grant_hash).where(grants.c.expires_at <= now).limit(RETENTION_ROWS_PER_STEP)
        old_events = select(events.c.event_id).where(events.c.at < events_before).limit(RETENTION_ROWS_PER_STEP)
        gone = await self._connection.execute(delete(grants).where(grants.c.grant_hash.in_(old_grants)))
        forgotten = await self._connection.execute(delete(events).where(events.c.event_id.in_(old_events)))
        return gone.rowcount + forgotten.rowcount

    async def add_api_key(self, key: ApiKey) -> None:
        """A new key."""
        await self._connection.execute(insert(api_keys), [{"key_hash": key.key_hash, "name": key.name, "created_at": key.created_at}])

    async def revoke_api_key(self, name: str) -> bool:
        """Deletes the key of this name; False when there is none."""
        return (await self._connection.execute(delete(api_keys).where(api_keys.c.name == name))).rowcount == 1
