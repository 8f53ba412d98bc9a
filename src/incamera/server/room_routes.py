"""`/api/rooms`: making, listing and closing rooms, and getting a grant for one."""

from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response

from incamera.control.events import Event, EventName
from incamera.control.grants import issue, outlived, require, show_access
from incamera.control.host_proof import verify_host_proof
from incamera.control.rooms import close_room, open_room, replace_access
from incamera.domain import b64u
from incamera.domain.grant import Scope
from incamera.domain.identifiers import AccessHash, ParticipantId, RoomId
from incamera.domain.room import Room, Topology
from incamera.errors import DeniedError
from incamera.protocol import bodies
from incamera.protocol.codec import emit_body, parse_body
from incamera.server.callers import has_api_key, is_at_this_computer, require_grant, room_id_of, spend
from incamera.server.logs import log_events
from incamera.server.parts import Parts


class RoomRoutes:
    """Handlers; the rules are in control/."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def create(self, request: Request) -> Response:
        """`POST /api/rooms`."""
        parts = self._parts
        spend(parts, request, "rooms", parts.settings.rooms_per_minute)
        if not is_at_this_computer(parts, request) and not await has_api_key(parts, request):
            raise DeniedError("denied.api-key")
        body = parse_body(await request.body(), bodies.CreateRoomRequest)
        now = int(parts.clock.now())
        async with parts.store.write() as writing:
            room, events = open_room(await writing.room(RoomId(b64u.decode(body.room_id))), _room(body), now)
            await writing.add_room(room)
            await writing.record(events)
        log_events(events)
        return _json(bodies.CreateRoomAnswer(body.room_id, room.expires_at), 201)

    async def list(self, request: Request) -> Response:
        """`GET /api/rooms`."""
        parts = self._parts
        local = is_at_this_computer(parts, request) and "origin" not in request.headers
        if not local and not await has_api_key(parts, request):
            raise DeniedError("denied.api-key")
        now = parts.clock.now()
        async with parts.store.read() as reading:
            rooms = [room for room in await reading.newest_rooms() if not room.is_over(now)]
        return _json(bodies.RoomListAnswer([_summary(room, parts.hall.present(room.room_id)) for room in rooms]))

    async def close(self, request: Request) -> Response:
        """`DELETE /api/rooms/{room_id}`."""
        parts = self._parts
        room_id = room_id_of(request)
        if not await has_api_key(parts, request):
            require(await require_grant(parts, request, room_id), Scope.MODERATE)
        async with parts.store.write() as writing:
            room = await writing.room(room_id)
            if room is None:
                raise DeniedError("denied.room-or-key")
            ended, events = close_room(room, int(parts.clock.now()))
            await writing.end_room(ended)
            await writing.record(events)
        log_events(events)
        parts.hall.end_room(ended)
        if parts.relay is not None:
            parts.relay.end_room(room_id)
        if parts.sfu is not None:
            parts.sfu.end_room(room_id)
        return Response(status_code=204)

    async def replace_access(self, request: Request) -> Response:
        """`PUT /api/rooms/{room_id}/access`."""
        parts = self._parts
        spend(parts, request, "rooms", parts.settings.rooms_per_minute)
        room_id = room_id_of(request)
        caller = await require_grant(parts, request, room_id)
        require(caller, Scope.MODERATE)
        body = parse_body(await request.body(), bodies.ReplaceAccessRequest)
        now, keep = int(parts.clock.now()), {ParticipantId(b64u.decode(one)) for one in body.keep}
        async with parts.store.write() as writing:
            found = await writing.room(room_id)
            if found is None:
                raise DeniedError("denied.room-or-key")
            room, events = replace_access(found, AccessHash(b64u.decode(body.access_hash)), body.sealed_policy, now)
            await writing.replace_access(room)
            ended = outlived(await writing.grants(room_id), caller, keep)
            for grant in ended:
                await writing.revoke_grant(grant.grant_hash)
            revoked = [Event(EventName.GRANT_REVOKED, now, room_id, grant.participant_id, "denied.link-replaced") for grant in ended]
            await writing.record([*events, *revoked])
        log_events([*events, *revoked])
        parts.hall.replace_access(room, ended)
        for grant in ended:
            parts.end_media(grant)
        return Response(status_code=204)

    async def grant(self, request: Request) -> Response:
        """`POST /api/rooms/{room_id}/grants`."""
        parts = self._parts
        spend(parts, request, "grants", parts.settings.grants_per_minute)
        room_id = room_id_of(request)
        body = parse_body(await request.body(), bodies.GrantRequest)
        now = int(parts.clock.now())
        async with parts.store.read() as reading:
            found = await reading.room(room_id)
        try:
            room = show_access(found, b64u.decode(body.access), now)
            moderates = body.host_proof is not UNSET
            if body.host_proof is not UNSET:
                verify_host_proof(room, b64u.decode(body.host_proof.signature), body.host_proof.at, now)
        except DeniedError as error:
            await self._note_refusal(room_id if found else None, error.code, now)
            raise
        secret, participant_id = parts.randomness.bytes(32), ParticipantId(parts.randomness.bytes(16))
        async with parts.store.write() as writing:
            # Between the showing and the giving the link may have been replaced.
            room = show_access(await writing.room(room_id), b64u.decode(body.access), now)
            alive = await writing.grants_since(room_id, now - now % 3_600)
            grant, events = issue(room, secret, participant_id, moderates=moderates, alive_this_hour=alive, now=now)
            await writing.add_grant(grant)
            await writing.record(events)
        log_events(events)
        scopes = sorted(grant.scopes)
        answer = bodies.GrantAnswer(
            b64u.encode(secret), b64u.encode(participant_id), [str(s) for s in scopes], grant.expires_at, room.sealed_policy, room.topology.value
        )
        return _json(answer, 201)

    async def _note_refusal(self, room_id: RoomId | None, code: str, now: int) -> None:
        event = Event(EventName.GRANT_REFUSED, now, room_id, code=code)
        async with self._parts.store.write() as writing:
            await writing.record([event])
        log_events([event])


def _room(body: bodies.CreateRoomRequest) -> Room:
    return Room(
        room_id=RoomId(b64u.decode(body.room_id)),
        access_hash=AccessHash(b64u.decode(body.access_hash)),
        host_public_key=b64u.decode(body.host_public_key),
        sealed_policy=body.sealed_policy,
        topology=Topology(body.topology),
        capacity=body.capacity,
        created_at=0,
        expires_at=body.expires_at,
    )


def _summary(room: Room, present: int) -> bodies.RoomSummary:
    return bodies.RoomSummary(b64u.encode(room.room_id), room.topology.value, room.capacity, room.expires_at, present)


def _json(body: bodies.CreateRoomAnswer | bodies.GrantAnswer | bodies.RoomListAnswer, status: int = 200) -> Response:
    return Response(emit_body(body), status, media_type="application/json")
