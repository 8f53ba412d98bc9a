"""`GET /api/signal`: one WebSocket from its first message to its close code."""

import asyncio

import structlog
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from incamera.control.grants import check, hash_of, require
from incamera.control.limits import APPENDS, CLOSE_PATIENCE_S, JOIN_PATIENCE_S, PINGS, RELAYS, SFU_REQUESTS, SOCKETS_BEFORE_JOIN_MAX
from incamera.domain import b64u
from incamera.domain.entry import Draft, EntryKind
from incamera.domain.grant import Grant
from incamera.domain.grant import Scope as GrantScope
from incamera.domain.identifiers import RoomId
from incamera.errors import DeniedError, IncameraError, RemoteError, UnavailableError
from incamera.protocol import messages
from incamera.protocol.codec import emit, parse_client_message
from incamera.server.close_codes import NORMAL, TOO_SLOW_TO_JOIN, close_code
from incamera.server.connection import Connection
from incamera.server.hall import ActiveRoom
from incamera.server.journal import Request
from incamera.server.parts import Parts
from incamera.server.pump import pump
from incamera.server.wire import HungUpError, Wire

_log = structlog.get_logger("incamera.socket")


class SignalSocket:
    """The ASGI application behind the route; Host was checked before (gate.py)."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._before_join = 0
        self._open: set[asyncio.Task[None]] = set()

    async def drained(self) -> None:
        """Waits until every socket has said goodbye. Bounds: 3 s."""
        if self._open:
            await asyncio.wait(self._open, timeout=CLOSE_PATIENCE_S + 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One socket's life. A bug in it becomes unavailable.internal and a log line, never a traceback to the other side."""
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        await receive()
        await send({"type": "websocket.accept"})
        wire = Wire(receive, send, scope.get("extensions", {}))
        goodbye: messages.Closing | messages.ErrorMessage
        try:
            self._admit(scope)
            ended = await self._serve(wire)
            if ended is None:
                await wire.close(NORMAL)
                return
            why = ended
            goodbye = messages.Closing(why.code)
        except HungUpError:
            return
        except IncameraError as error:
            why = error
            goodbye = messages.ErrorMessage(why.code, why.detail or why.advice, None)
        except Exception:  # noqa: BLE001 - whatever it is, the other side is told a code and the log the rest
            _log.exception("socket failed")
            why = UnavailableError("unavailable.internal")
            goodbye = messages.Closing(why.code)
        self._parts.metrics.socket_closed(why.code)
        try:
            async with asyncio.timeout(CLOSE_PATIENCE_S):
                await wire.send(emit(goodbye))
                await wire.close(wire.close_code or close_code(why))
        except HungUpError:
            return
        except TimeoutError:
            wire.abort()

    def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        self._parts.origins.require_own(headers)
        peer = scope["client"][0] if scope.get("client") else ""
        per_minute = self._parts.settings.sockets_per_minute
        self._parts.visitors.spend("sockets", per_minute, self._parts.visitors.address(peer, headers))

    async def _serve(self, wire: Wire) -> IncameraError | None:
        join = await self._first_message(wire)
        clock = self._parts.clock
        async with self._parts.store.read() as reading:
            grant = check(await reading.grant(hash_of(b64u.decode(join.grant))), RoomId(b64u.decode(join.room_id)), clock.now())
            room = await reading.room(grant.room_id)
        if room is None:
            raise DeniedError("denied.grant")
        require(grant, GrantScope.PUBLISH)
        active, connection = await self._parts.hall.join(room, grant, join.have, clock.now(), clock.monotonic())
        self._admit_to_relay(grant)
        sending = asyncio.create_task(pump(self._parts.store, active, connection, wire.send_all))
        hearing = asyncio.create_task(self._hear(wire, active, connection))
        try:
            await self._recheck(grant, connection)
            await asyncio.wait((sending, hearing, connection.ended), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._parts.hall.leave(active, connection, clock.now())
            for task in (sending, hearing):
                task.cancel()
            failures = await asyncio.gather(sending, hearing, return_exceptions=True)
        if connection.end is not None:
            return connection.end
        for failure in failures:
            if isinstance(failure, Exception):
                raise failure
        return None

    async def _recheck(self, grant: Grant, connection: Connection) -> None:
        # The grant may have ended between its reading and the joining, when nobody could close this socket yet.
        async with self._parts.store.read() as reading:
            if await reading.grant(grant.grant_hash) is None:
                self._parts.end_media(grant)
                connection.finish(DeniedError("denied.grant"))

    def _admit_to_relay(self, grant: Grant) -> None:
        # After a restart of the server its participants hold good credentials, and the relay knows nobody yet.
        try:
            if self._parts.relay is not None:
                self._parts.relay.admit(grant)
        except UnavailableError as error:
            _log.warning("relay refused a participant", code=error.code)

    async def _first_message(self, wire: Wire) -> messages.Join:
        if self._before_join >= SOCKETS_BEFORE_JOIN_MAX:
            raise RemoteError("remote.too-fast")
        self._before_join += 1
        try:
            async with asyncio.timeout(JOIN_PATIENCE_S):
                message = parse_client_message(await wire.receive())
        except TimeoutError:
            wire.close_code = TOO_SLOW_TO_JOIN
            raise RemoteError("remote.first-message") from None
        finally:
            self._before_join -= 1
        if not isinstance(message, messages.Join):
            raise RemoteError("remote.first-message")
        return message

    async def _hear(self, wire: Wire, active: ActiveRoom, connection: Connection) -> None:
        """Until the other side says bye; whatever else ends it is raised."""
        allowance = connection.allowance
        monotonic = self._parts.clock.monotonic
        while True:
            text = await wire.receive()
            match parse_client_message(text):
                case messages.Append() as append:
                    allowance.spend("appends", APPENDS, monotonic())
                    self._append(active, connection, append)
                case messages.Relay(kind, body):
                    allowance.spend("relays", RELAYS, monotonic())
                    me = connection.grant.participant_id
                    active.tell_others(me, emit(messages.Relayed(kind, body, b64u.encode(me))))
                    self._parts.metrics.relays.inc()
                case messages.Ping(ref):
                    allowance.spend("pings", PINGS, monotonic())
                    connection.send(emit(messages.Pong(ref)))
                case messages.SfuOffer() | messages.SfuSubscribe() | messages.SfuClose() as request:
                    allowance.spend("sfu", SFU_REQUESTS, monotonic())
                    await self._ask_sfu(active, connection, request)
                case messages.Bye():
                    await self._parts.revoke(connection.grant)
                    return
                case messages.Join():
                    raise RemoteError("remote.malformed", "This socket has joined already.")

    def _append(self, active: ActiveRoom, connection: Connection, append: messages.Append) -> None:
        draft = Draft(connection.grant.participant_id, EntryKind[append.kind.upper()], append.epoch, append.body)
        try:
            self._parts.journal.append(Request(active, connection, append.ref, draft))
        except UnavailableError as error:
            connection.send(emit(messages.ErrorMessage(error.code, error.advice, append.ref)))

    async def _ask_sfu(
        self, active: ActiveRoom, connection: Connection, request: messages.SfuOffer | messages.SfuSubscribe | messages.SfuClose
    ) -> None:
        sfu, grant = self._parts.sfu, connection.grant
        try:
            if sfu is None:
                raise UnavailableError("unavailable.sfu")
            match request:
                case messages.SfuOffer(ref, leg_id):
                    connection.send(emit(messages.SfuAnswer(ref, leg_id, await sfu.offer(active.room, grant, request))))
                case messages.SfuSubscribe(_, leg_id) if not sfu.has(grant, leg_id):
                    # Else the client would find out by silence, seconds later.
                    connection.send(emit(messages.SfuEnded(leg_id, "unavailable.path")))
                case messages.SfuSubscribe():
                    sfu.subscribe(grant, request)
                case messages.SfuClose(leg_id):
                    sfu.close(grant, leg_id)
        except IncameraError as error:
            if not isinstance(request, messages.SfuClose):
                connection.send(emit(messages.ErrorMessage(error.code, error.detail or error.advice, request.ref)))
