"""The rooms in which somebody is now: who is there, how far the log is, and who is told what."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from incamera.adapters.store import Store
from incamera.control.admission import Occupants, enter, leave
from incamera.control.delivery import RoomLog, outline, subscribe
from incamera.control.events import Event
from incamera.domain import b64u
from incamera.domain.entry import Entry
from incamera.domain.grant import Grant
from incamera.domain.identifiers import ParticipantId, RoomId
from incamera.domain.room import Room
from incamera.errors import DeniedError, IncameraError
from incamera.protocol import messages
from incamera.protocol.codec import emit
from incamera.server.connection import Allowance, Connection
from incamera.server.presence import PresenceBook
from incamera.server.recent import Recent, encode_entry


@dataclass(slots=True)
class ActiveRoom:
    """`log` is what is committed. `allowances` hold one row per participant that came; grants bound their number."""

    occupants: Occupants
    log: RoomLog
    connections: dict[ParticipantId, Connection] = field(default_factory=dict)
    allowances: dict[ParticipantId, Allowance] = field(default_factory=dict)
    drafts_waiting: int = 0
    recent: Recent = field(default_factory=Recent)

    @property
    def room(self) -> Room:
        """The room as it was when somebody came."""
        return self.occupants.room

    def tell_others(self, sender: ParticipantId, message: str) -> None:
        """Queues a message for everybody else."""
        for participant_id, connection in self.connections.items():
            if participant_id != sender:
                connection.send(message)


class Hall:
    """Bounds: one ActiveRoom per room with a joined socket or a draft on its way; it goes with the last."""

    def __init__(self, store: Store, presence: PresenceBook) -> None:
        self._store = store
        self._presence = presence
        self._active: dict[RoomId, ActiveRoom] = {}
        self._opening: dict[RoomId, asyncio.Task[ActiveRoom]] = {}

    @property
    def active_count(self) -> int:
        """How many rooms have somebody in them."""
        return len(self._active)

    @property
    def socket_count(self) -> int:
        """How many sockets have joined."""
        return sum(len(active.connections) for active in self._active.values())

    def present(self, room_id: RoomId) -> int:
        """How many participants are in a room now."""
        active = self._active.get(room_id)
        return 0 if active is None else len(active.connections)

    def connection(self, grant: Grant) -> Connection | None:
        """The joined socket of this grant."""
        active = self._active.get(grant.room_id)
        connection = None if active is None else active.connections.get(grant.participant_id)
        return connection if connection is not None and connection.grant.grant_hash == grant.grant_hash else None

    def tell(self, room_id: RoomId, participant_id: ParticipantId, message: str) -> None:
        """Queues a message for one participant, if it is here."""
        active = self._active.get(room_id)
        connection = None if active is None else active.connections.get(participant_id)
        if connection is not None:
            connection.send(message)

    async def join(self, room: Room, grant: Grant, have: int | None, now: float, monotonic: float) -> tuple[ActiveRoom, Connection]:
        """Takes a socket in; an older one of the same participant is closed.

        Raises: DeniedError denied.room-gone, denied.room-full.
        """
        active = await self._open(room)
        me = grant.participant_id
        try:
            active.occupants, entered = enter(active.occupants, me, int(now))
        except DeniedError:
            self._went(active, ())
            raise
        older = active.connections.pop(me, None)
        if older is not None:
            older.finish(DeniedError("denied.superseded"))
        allowance = active.allowances.setdefault(me, Allowance.fresh(monotonic))
        connection = Connection(grant, subscribe(active.log, have), allowance)
        active.connections[me] = connection
        connection.send(emit(self._joined(active, me, now)))
        if not entered.supersedes:
            active.tell_others(me, emit(messages.Presence(b64u.encode(me), "here")))
        self._presence.came(room.room_id, entered.events)
        return active, connection

    def leave(self, active: ActiveRoom, connection: Connection, now: float) -> None:
        """Takes a socket out, unless a newer one of the same participant is there already."""
        me = connection.grant.participant_id
        if active.connections.get(me) is not connection:
            return
        del active.connections[me]
        active.occupants, events = leave(active.occupants, me, int(now))
        active.tell_others(me, emit(messages.Presence(b64u.encode(me), "gone")))
        self._went(active, events)

    def settle(self, active: ActiveRoom) -> None:
        """Forgets a room that nobody is in and nothing is on its way to."""
        if not active.connections and not active.drafts_waiting and self._active.get(active.room.room_id) is active:
            del self._active[active.room.room_id]

    def deliver(self, active: ActiveRoom, log: RoomLog, entry: Entry) -> None:
        """Gives a committed entry to everybody, encoded once."""
        active.log = log
        message = encode_entry(entry)
        active.recent.add(entry.seq, message)
        for connection in active.connections.values():
            connection.deliver(entry.seq, message)

    def end_room(self, room: Room) -> None:
        """Closes every socket of a room that has ended; nobody comes in any more."""
        if (active := self._active.get(room.room_id)) is not None:
            active.occupants = replace(active.occupants, room=room)
            _close(active, DeniedError("denied.room-gone"))

    def replace_access(self, room: Room, ended: Sequence[Grant]) -> None:
        """Closes the sockets of grants that ended with the link that they came by."""
        if (active := self._active.get(room.room_id)) is None:
            return
        active.occupants = replace(active.occupants, room=room)
        for grant in ended:
            if (connection := self.connection(grant)) is not None:
                connection.finish(DeniedError("denied.link-replaced"))

    def close_expired(self, now: float) -> None:
        """Closes the sockets of rooms whose time is up, and of grants that expired."""
        for active in list(self._active.values()):
            if active.room.is_over(now):
                _close(active, DeniedError("denied.room-gone"))
            for connection in list(active.connections.values()):
                if now >= connection.grant.expires_at:
                    connection.finish(DeniedError("denied.grant"))

    def close_everything(self, why: IncameraError) -> None:
        """Closes every socket."""
        for active in list(self._active.values()):
            _close(active, why)

    async def _open(self, room: Room) -> ActiveRoom:
        while (active := self._active.get(room.room_id)) is None:
            opening = self._opening.get(room.room_id)
            if opening is None:
                opening = self._opening[room.room_id] = asyncio.create_task(self._load(room))
                opening.add_done_callback(lambda _done: self._opening.pop(room.room_id, None))
            await asyncio.shield(opening)
        return active

    async def _load(self, room: Room) -> ActiveRoom:
        # Written first, in one transaction with the reading: the purge of empty rooms' logs can then not come between.
        async with self._store.write() as writing:
            await writing.set_empty_since([room.room_id], None)
            head, sizes = await writing.log_sizes(room.room_id)
        active = self._active[room.room_id] = ActiveRoom(Occupants(room), outline(head, sizes))
        return active

    def _went(self, active: ActiveRoom, events: tuple[Event, ...]) -> None:
        self._presence.went(active.room.room_id, events, is_empty=not active.connections)
        self.settle(active)

    @staticmethod
    def _joined(active: ActiveRoom, me: ParticipantId, now: float) -> messages.Joined:
        participants = [b64u.encode(one) for one in active.occupants.present]
        return messages.Joined(b64u.encode(me), active.log.head, active.log.start, participants, int(now))


def _close(active: ActiveRoom, why: IncameraError) -> None:
    for connection in list(active.connections.values()):
        connection.finish(why)
