"""Group commits: what was asked for while the last batch was written makes the next batch. Acknowledged only when the file has it."""

import asyncio
from dataclasses import dataclass

import structlog

from incamera.adapters.clock import SystemClock
from incamera.adapters.store import Store
from incamera.control.delivery import RoomLog, number
from incamera.control.events import Event
from incamera.control.limits import JOURNAL_BATCH_MAX, JOURNAL_BYTES_MAX, JOURNAL_DRAFTS_MAX, JOURNAL_PATIENCE_S, JOURNAL_QUIET_MAX
from incamera.domain.entry import Draft, Entry
from incamera.domain.identifiers import RoomId
from incamera.errors import IncameraError, UnavailableError
from incamera.protocol import messages
from incamera.protocol.codec import emit
from incamera.server.connection import Connection
from incamera.server.hall import ActiveRoom, Hall
from incamera.server.logs import log_events
from incamera.server.metrics import Metrics
from incamera.server.presence import PresenceBook

_log = structlog.get_logger("incamera.journal")


@dataclass(frozen=True, slots=True)
class Request:
    """An append on its way."""

    active: ActiveRoom
    connection: Connection
    ref: int
    draft: Draft


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch does to one room."""

    active: ActiveRoom
    log: RoomLog
    entries: tuple[Entry, ...]
    requests: tuple[Request, ...]


class Journal:
    """Bounds: 16,384 drafts or 64 MiB waiting, then appends are refused."""

    def __init__(self, store: Store, hall: Hall, presence: PresenceBook, clock: SystemClock, metrics: Metrics) -> None:
        self._store = store
        self._hall = hall
        self._presence = presence
        self._clock = clock
        self._metrics = metrics
        self.is_running = False
        self._waiting: list[Request] = []
        self._size = 0
        self._last_batch = 0
        self._awake = asyncio.Event()
        self._closing = False
        self._writing = False
        presence.wake = self._awake.set

    def append(self, request: Request) -> None:
        """Raises: UnavailableError unavailable.storage when too much waits."""
        size = len(request.draft.body)
        if len(self._waiting) >= JOURNAL_DRAFTS_MAX or self._size + size > JOURNAL_BYTES_MAX:
            raise UnavailableError("unavailable.storage")
        self._waiting.append(request)
        self._size += size
        request.active.drafts_waiting += 1
        self._awake.set()

    @property
    def is_busy(self) -> bool:
        """Whether something waits or is on its way to disk."""
        return bool(self._waiting or self._presence or self._writing)

    async def run(self) -> None:
        """Writes batches until `close`, and then what is left."""
        self.is_running = True
        try:
            while not self._closing or self._waiting or self._presence:
                if not self._waiting and not self._presence:
                    await self._awake.wait()
                elif not self._closing and self._last_batch > JOURNAL_QUIET_MAX:
                    # More came while the last batch was written: it is busy, so let the next one fill.
                    await asyncio.sleep(JOURNAL_PATIENCE_S)
                self._awake.clear()
                self._writing = True
                await self._write_batch()
                self._writing = False
        finally:
            self.is_running = False

    def close(self) -> None:
        """Lets `run` end after the last batch."""
        self._closing = True
        self._awake.set()

    async def _write_batch(self) -> None:
        batch, self._waiting = self._waiting[:JOURNAL_BATCH_MAX], self._waiting[JOURNAL_BATCH_MAX:]
        self._last_batch = len(batch)
        self._size -= sum(len(request.draft.body) for request in batch)
        if changes := _changes(batch):
            await self._write_entries(changes)
        empty, events = self._presence.take()
        if empty or events:
            await self._write_presence(empty, events)

    async def _write_entries(self, changes: list[Change]) -> None:
        try:
            with self._metrics.batch_seconds.time():
                await self._append(changes)
        except IncameraError as error:
            _log.error("batch not written", code=error.code, reason=type(error.__cause__).__name__, rooms=len(changes))
            # One room's trouble must not be every room's.
            for change in changes:
                await self._write_alone(change)
        else:
            self._deliver(changes)

    async def _write_alone(self, change: Change) -> None:
        try:
            await self._append([change])
        except IncameraError as error:
            self._refuse(change, error)
        else:
            self._deliver([change])

    async def _append(self, changes: list[Change]) -> None:
        await self._store.append([(change.active.room.room_id, change.log.start, change.entries) for change in changes])

    async def _write_presence(self, empty: dict[RoomId, bool], events: list[Event]) -> None:
        try:
            async with self._store.write() as writing:
                await writing.set_empty_since([room_id for room_id, is_empty in empty.items() if is_empty], int(self._clock.now()))
                await writing.set_empty_since([room_id for room_id, is_empty in empty.items() if not is_empty], None)
                await writing.record(events)
        except IncameraError as error:
            _log.error("presence not written", code=error.code, reason=type(error.__cause__).__name__, rooms=len(empty))
        else:
            log_events(events)

    def _deliver(self, changes: list[Change]) -> None:
        for change in changes:
            for entry, request in zip(change.entries, change.requests, strict=True):
                self._hall.deliver(change.active, change.log, entry)
                request.connection.acknowledge(entry.seq, emit(messages.Appended(request.ref, entry.seq)))
            change.active.drafts_waiting -= len(change.requests)
            self._hall.settle(change.active)
            self._metrics.entries.inc(len(change.entries))

    def _refuse(self, change: Change, error: IncameraError) -> None:
        for request in change.requests:
            request.connection.send(emit(messages.ErrorMessage(error.code, error.detail or error.advice, request.ref)))
        change.active.drafts_waiting -= len(change.requests)
        self._hall.settle(change.active)


def _changes(batch: list[Request]) -> list[Change]:
    by_room: dict[int, list[Request]] = {}
    for request in batch:
        by_room.setdefault(id(request.active), []).append(request)
    changes = []
    for requests in by_room.values():
        active = requests[0].active
        log, entries = number(active.log, [request.draft for request in requests])
        changes.append(Change(active, log, entries, tuple(requests)))
    return changes
