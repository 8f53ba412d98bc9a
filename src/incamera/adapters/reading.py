"""What can be read from the store inside one transaction."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incamera.adapters.rows import entry_of, grant_of, room_of
from incamera.adapters.schema import api_keys, entries, grants, rooms
from incamera.control.api_keys import ApiKey
from incamera.control.limits import API_KEYS_MAX, ROOMS_LISTED_MAX
from incamera.domain.entry import Entry
from incamera.domain.grant import Grant
from incamera.domain.identifiers import ApiKeyHash, GrantHash, RoomId
from incamera.domain.room import Room


class Reading:
    """Queries; each sees the same moment."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ping(self) -> None:
        """The store answers."""
        await self._connection.execute(select(1))

    async def room(self, room_id: RoomId) -> Room | None:
        """The room, ended ones included until they are purged."""
        row = (await self._connection.execute(select(rooms).where(rooms.c.room_id == room_id))).mappings().first()
        return None if row is None else room_of(row)

    async def newest_rooms(self) -> list[Room]:
        """At most 1,000 rooms that have not ended, newest first."""
        query = select(rooms).where(rooms.c.ended_at.is_(None)).order_by(rooms.c.created_at.desc()).limit(ROOMS_LISTED_MAX)
        return [room_of(row) for row in (await self._connection.execute(query)).mappings()]

    async def grant(self, grant_hash: GrantHash) -> Grant | None:
        """The grant with this hash."""
        row = (await self._connection.execute(select(grants).where(grants.c.grant_hash == grant_hash))).mappings().first()
        return None if row is None else grant_of(row)

    async def grants(self, room_id: RoomId) -> list[Grant]:
        """All of a room."""
        query = select(grants).where(grants.c.room_id == room_id)
        return [grant_of(row) for row in (await self._connection.execute(query)).mappings()]

    async def grants_since(self, room_id: RoomId, since: int) -> int:
        """How many living grants the room has that were issued since."""
        query = select(func.count()).select_from(grants).where(grants.c.room_id == room_id, grants.c.issued_at >= since)
        return (await self._connection.execute(query)).scalar_one()

    async def log_sizes(self, room_id: RoomId) -> tuple[int, Sequence[int]]:
        """The head of the log, and the sizes of the entries held, oldest first."""
        head: int = (await self._connection.execute(select(rooms.c.head).where(rooms.c.room_id == room_id))).scalar_one()
        query = select(entries.c.seq, func.length(entries.c.body)).where(entries.c.room_id == room_id).order_by(entries.c.seq)
        held = (await self._connection.execute(query)).all()
        return max([head, *(seq for seq, _size in held[-1:])]), [size for _seq, size in held]

    async def entries(self, room_id: RoomId, wanted: range) -> list[Entry]:
        """The entries of `wanted` that are held, in order."""
        query = (
            select(entries).where(entries.c.room_id == room_id, entries.c.seq >= wanted.start, entries.c.seq < wanted.stop).order_by(entries.c.seq)
        )
        return [entry_of(row) for row in (await self._connection.execute(query)).mappings()]

    async def api_keys(self) -> list[ApiKey]:
        """All keys, oldest first."""
        query = select(api_keys).order_by(api_keys.c.created_at).limit(API_KEYS_MAX)
        return [ApiKey(ApiKeyHash(row["key_hash"]), row["name"], row["created_at"]) for row in (await self._connection.execute(query)).mappings()]

    async def has_api_key(self, key_hash: ApiKeyHash) -> bool:
        """Whether this key is good."""
        found = await self._connection.execute(select(api_keys.c.key_hash).where(api_keys.c.key_hash == key_hash))
        return found.first() is not None
