"""The numbered log of a room and how far each socket has read it.

    start          head
      │ s │ s │ s │  ──► number() adds here, and drops whole segments at the start when the bounds are passed
          ▲ cursor: what a subscription was given last; while it is not live it is fetched from disk, then offered each new entry

Without gap or repeat: an entry is given exactly when its seq is cursor + 1. A subscription that the log ran away from is told so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from incamera.control.limits import BACKLOG_CHUNK_ENTRIES, LOG_BYTES_MAX, LOG_ENTRIES_MAX, LOG_SEGMENT_ENTRIES
from incamera.domain.entry import Draft, Entry
from incamera.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class Segment:
    """Up to 64 neighbouring entries: how many, and how many characters their bodies have."""

    count: int
    size: int


@dataclass(frozen=True, slots=True)
class RoomLog:
    """What is on disk: `start` is the oldest seq held, `head` the newest; start = head + 1 when nothing is held."""

    head: int = 0
    start: int = 1
    segments: tuple[Segment, ...] = ()
    size: int = 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """`cursor` is the seq given last; `live` means that new entries are offered as they come."""

    cursor: int
    live: bool = False


def outline(head: int, sizes: Sequence[int]) -> RoomLog:
    """The log as it is found on disk: the newest seq and the sizes of the entries held, oldest first."""
    log = RoomLog(head=head - len(sizes), start=head - len(sizes) + 1)
    for size in sizes:
        log = _grown(log, size)
    return _trimmed(log)


def number(log: RoomLog, drafts: Sequence[Draft]) -> tuple[RoomLog, tuple[Entry, ...]]:
    """Gives drafts their numbers. What lies before the new log's `start` is to be deleted."""
    entries = []
    for draft in drafts:
        log = _grown(log, len(draft.body))
        entries.append(Entry(log.head, draft.sender, draft.kind, draft.epoch, draft.body))
    return _trimmed(log), tuple(entries)


def emptied(log: RoomLog) -> RoomLog:
    """The log after its entries were purged: the numbering goes on."""
    return RoomLog(head=log.head, start=log.head + 1)


def subscribe(log: RoomLog, have: int | None) -> Subscription:
    """Where a socket begins; `have` comes from the client and is only believed within the log."""
    oldest = log.start - 1
    return Subscription(oldest if have is None else min(max(have, oldest), log.head))


def wanted(subscription: Subscription, log: RoomLog) -> tuple[Subscription, range]:
    """What to fetch from disk next. Nothing more to fetch makes the subscription live.

    Raises: UnavailableError unavailable.log-gap when the log was trimmed past the cursor.
    """
    if subscription.cursor >= log.head:
        return replace(subscription, live=True), range(0)
    if subscription.cursor < log.start - 1:
        raise UnavailableError("unavailable.log-gap")
    return subscription, range(subscription.cursor + 1, min(subscription.cursor + BACKLOG_CHUNK_ENTRIES, log.head) + 1)


def given(subscription: Subscription, seq: int) -> Subscription:
    """Fetched entries up to `seq` were given."""
    return replace(subscription, cursor=seq)


def offer(subscription: Subscription, seq: int) -> tuple[Subscription, bool]:
    """Whether a new entry is given now. One that is not live finds it on disk."""
    if not subscription.live or seq != subscription.cursor + 1:
        return subscription, False
    return Subscription(seq, True), True


def _grown(log: RoomLog, size: int) -> RoomLog:
    last = log.segments[-1] if log.segments else None
    if last is None or last.count >= LOG_SEGMENT_ENTRIES:
        segments = (*log.segments, Segment(1, size))
    else:
        segments = (*log.segments[:-1], Segment(last.count + 1, last.size + size))
    return RoomLog(log.head + 1, log.start, segments, log.size + size)


def _trimmed(log: RoomLog) -> RoomLog:
    start, segments, size = log.start, log.segments, log.size
    while len(segments) > 1 and (log.head - start + 1 > LOG_ENTRIES_MAX or size > LOG_BYTES_MAX):
        start, size, segments = start + segments[0].count, size - segments[0].size, segments[1:]
    return RoomLog(log.head, start, segments, size)
