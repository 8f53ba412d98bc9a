"""`GET /api/turn-credentials`: for the holder of a grant whose socket is joined."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from incamera.control.events import Event, EventName
from incamera.control.turn_credentials import issue
from incamera.domain import b64u
from incamera.errors import DeniedError
from incamera.protocol import bodies
from incamera.protocol.codec import emit_body
from incamera.server.callers import require_grant, spend
from incamera.server.logs import log_events
from incamera.server.parts import Parts


class TurnRoutes:
    """The handler; what coturn checks is in control/turn_credentials.py."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def credentials(self, request: Request) -> Response:
        """Raises: DeniedError denied.grant, also for a good grant whose socket is not joined."""
        parts = self._parts
        spend(parts, request, "credentials", parts.settings.grants_per_minute)
        grant = await require_grant(parts, request)
        if parts.hall.connection(grant) is None:
            raise DeniedError("denied.grant")
        settings = parts.settings
        urls, secrets = self._relay()
        if not urls:
            return _answer(bodies.TurnCredentialsAnswer([], settings.turn_ttl))
        if parts.relay is not None:
            parts.relay.admit(grant)
        now = int(parts.clock.now())
        made = issue(secrets, b64u.encode(grant.participant_id), now, settings.turn_ttl)
        event = Event(EventName.CREDENTIAL_ISSUED, now, grant.room_id, grant.participant_id)
        async with parts.store.write() as writing:
            await writing.record([event])
        log_events([event])
        server = bodies.IceServer(list(urls), made.username, made.credential)
        return _answer(bodies.TurnCredentialsAnswer([server], made.ttl_s))

    def _relay(self) -> tuple[Sequence[str], Sequence[str]]:
        """Addresses and secrets of the relay that calls go through; no addresses when there is none."""
        relay = self._parts.relay
        if relay is not None:
            return relay.urls, relay.secrets
        return self._parts.settings.turn_urls, self._parts.settings.turn_secret


def _answer(body: bodies.TurnCredentialsAnswer) -> Response:
    return Response(emit_body(body), media_type="application/json")
