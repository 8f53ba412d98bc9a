"""What one running server is made of; handlers get it whole."""

from dataclasses import dataclass

from incamera.adapters.clock import SystemClock
from incamera.adapters.randomness import SystemRandomness
from incamera.adapters.store import Store
from incamera.control.events import Event, EventName
from incamera.domain.grant import Grant
from incamera.server.hall import Hall
from incamera.server.journal import Journal
from incamera.server.logs import log_events
from incamera.server.metrics import Metrics
from incamera.server.origins import Origins
from incamera.server.own_node import OwnNode
from incamera.server.own_relay import OwnRelay
from incamera.server.own_sfu import OwnSfu
from incamera.server.settings import Settings
from incamera.server.visitors import Visitors


@dataclass(frozen=True, slots=True)
class Parts:
    """Made by `app.create_app`, alive from its start to its end."""

    settings: Settings
    clock: SystemClock
    randomness: SystemRandomness
    store: Store
    hall: Hall
    journal: Journal
    metrics: Metrics
    visitors: Visitors
    origins: Origins
    node: OwnNode | None
    relay: OwnRelay | None
    sfu: OwnSfu | None

    async def revoke(self, grant: Grant) -> None:
        """Ends a grant."""
        event = Event(EventName.GRANT_REVOKED, int(self.clock.now()), grant.room_id, grant.participant_id)
        async with self.store.write() as writing:
            await writing.revoke_grant(grant.grant_hash)
            await writing.record([event])
        log_events([event])
        self.end_media(grant)

    def end_media(self, grant: Grant) -> None:
        """What a participant has of our relay and our SFU ends with its grant."""
        if self.relay is not None:
            self.relay.leave(grant)
        if self.sfu is not None:
            self.sfu.close(grant)
