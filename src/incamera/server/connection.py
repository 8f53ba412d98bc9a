"""One joined socket as the hall sees it: what it may do, how far it has read, what waits to go out."""

import asyncio
from dataclasses import dataclass

from incamera.control.buckets import Bucket, full, take
from incamera.control.delivery import Subscription, offer
from incamera.control.limits import APPENDS, PINGS, RELAYS, SFU_REQUESTS, Rate
from incamera.control.outbox import Outbox
from incamera.domain.grant import Grant
from incamera.errors import IncameraError, RemoteError


@dataclass(slots=True)
class Allowance:
    """The token buckets of one participant; they outlive its sockets while the room is active."""

    pings: Bucket
    appends: Bucket
    relays: Bucket
    sfu: Bucket

    @classmethod
    def fresh(cls, now: float) -> "Allowance":
        """Nothing used yet."""
        return cls(full(PINGS, now), full(APPENDS, now), full(RELAYS, now), full(SFU_REQUESTS, now))

    def spend(self, name: str, rate: Rate, now: float) -> None:
        """Raises: RemoteError remote.too-fast."""
        bucket, allowed = take(getattr(self, name), rate, now)
        setattr(self, name, bucket)
        if not allowed:
            raise RemoteError("remote.too-fast")


class Connection:
    """Everything is sent by one task, which `pump.py` runs: first what was missed, from disk, then what is in the outbox."""

    __slots__ = ("_awake", "acknowledgements", "allowance", "end", "ended", "grant", "outbox", "subscription")

    def __init__(self, grant: Grant, subscription: Subscription, allowance: Allowance) -> None:
        self.grant = grant
        self.subscription = subscription
        self.allowance = allowance
        self.outbox = Outbox()
        self.acknowledgements: list[tuple[int, str]] = []
        self.end: IncameraError | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awake = asyncio.Event()

    def send(self, message: str) -> None:
        """Queues a message; a full queue ends the connection."""
        if self.end is not None:
            return
        if not self.outbox.offer(message):
            self.finish(RemoteError("remote.too-fast", "The messages were not read fast enough."))
        self._awake.set()

    def deliver(self, seq: int, message: str) -> None:
        """Queues a new entry if this socket has all before it; else it will be fetched from disk."""
        self.subscription, now = offer(self.subscription, seq)
        if now:
            self.send(message)

    def acknowledge(self, seq: int, message: str) -> None:
        """Queues `appended` behind the own entry."""
        if self.subscription.cursor >= seq:
            self.send(message)
        else:
            self.acknowledgements.append((seq, message))
            self._awake.set()

    def release_acknowledgements(self) -> None:
        """Queues each `appended` whose entry was given meanwhile. Bounds: as many as appends are allowed."""
        due = [message for seq, message in self.acknowledgements if seq <= self.subscription.cursor]
        self.acknowledgements = self.acknowledgements[len(due) :]
        for message in due:
            self.send(message)

    def finish(self, why: IncameraError) -> None:
        """Closes with `closing`; what still waits is dropped."""
        if self.end is None:
            self.end = why
            self.outbox.clear()
            self._awake.set()
            if not self.ended.done():
                self.ended.set_result(None)

    async def wait(self) -> None:
        """Until there is something to send or to end."""
        await self._awake.wait()
        self._awake.clear()
