"""The periodic task that ends rooms whose time is up and deletes what nobody needs any more. Each run does a bounded amount."""

import asyncio

import structlog

from incamera.adapters.clock import SystemClock
from incamera.adapters.store import Store
from incamera.control.events import Event, EventName
from incamera.control.limits import EVENT_LIFE_S, LOG_LIFE_AFTER_EMPTY_S, RETENTION_EVERY_S, ROOM_LIFE_AFTER_END_S
from incamera.control.rooms import close_room
from incamera.domain.identifiers import RoomId
from incamera.errors import IncameraError
from incamera.server.hall import Hall
from incamera.server.own_relay import OwnRelay

_log = structlog.get_logger("incamera.retention")


class Retention:
    """What is deleted is overwritten (secure_delete) and gone from the write-ahead log as well."""

    def __init__(self, store: Store, hall: Hall, relay: OwnRelay | None, clock: SystemClock) -> None:
        self._store = store
        self._hall = hall
        self._relay = relay
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled; a failed run is logged and the next one tries again."""
        while True:
            await asyncio.sleep(RETENTION_EVERY_S)
            try:
                await self.run_once(self._clock.now())
            except IncameraError as error:
                _log.error("retention failed", code=error.code)

    async def run_once(self, now: float) -> int:
        """Returns how many rooms, logs and rows went."""
        self._hall.close_expired(now)
        gone = await self._end_rooms(int(now)) + await self._purge(int(now))
        if gone:
            await self._store.forget_deleted()
            _log.info("retention", gone=gone)
        return gone

    async def _end_rooms(self, now: int) -> int:
        ended: list[RoomId] = []
        async with self._store.write() as writing:
            for room_id in await writing.rooms_to_end(now):
                room = await writing.room(room_id)
                if room is not None:
                    over, events = close_room(room, now)
                    await writing.end_room(over)
                    await writing.record(events)
                    ended.append(room_id)
        if self._relay is not None:
            for room_id in ended:
                self._relay.end_room(room_id)
        return len(ended)

    async def _purge(self, now: int) -> int:
        gone = 0
        async with self._store.write() as writing:
            for room_id in await writing.rooms_to_purge(now - ROOM_LIFE_AFTER_END_S):
                await writing.purge_room(room_id)
                await writing.record([Event(EventName.ROOM_PURGED, now, room_id)])
                gone += 1
            for room_id in await writing.logs_to_purge(now - LOG_LIFE_AFTER_EMPTY_S):
                await writing.purge_log(room_id)
                await writing.record([Event(EventName.LOG_PURGED, now, room_id)])
                gone += 1
            return gone + await writing.purge_stale(now, now - EVENT_LIFE_S)
