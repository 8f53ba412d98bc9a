"""The log and its readers as a state machine: whatever happens, in whatever order, each reader gets every entry once and in order, or is told of a gap."""

from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from incamera.control import delivery
from incamera.control.delivery import RoomLog, Subscription, emptied, given, number, offer, outline, subscribe, wanted
from incamera.domain.entry import Draft, Entry, EntryKind
from incamera.domain.identifiers import ParticipantId
from incamera.errors import UnavailableError

ENTRIES_MAX = 12
BYTES_MAX = 400


@dataclass
class Reader:
    subscription: Subscription
    first: int
    got: list[int] = field(default_factory=list)
    is_gone: bool = False


class Delivery(RuleBasedStateMachine):
    readers: Bundle[Reader] = Bundle("readers")

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for name, value in {"LOG_ENTRIES_MAX": ENTRIES_MAX, "LOG_BYTES_MAX": BYTES_MAX, "LOG_SEGMENT_ENTRIES": 4, "BACKLOG_CHUNK_ENTRIES": 3}.items():
            self.patch.setattr(delivery, name, value)
        self.log = RoomLog()
        self.disk: dict[int, Entry] = {}
        self.all: list[Reader] = []

    def teardown(self) -> None:
        self.patch.undo()

    def _reader(self, have: int | None) -> Reader:
        subscription = subscribe(self.log, have)
        reader = Reader(subscription, subscription.cursor)
        self.all.append(reader)
        return reader

    @rule(target=readers, have=st.one_of(st.none(), st.integers(0, 60), st.just(2**53 - 1)))
    def join(self, have: int | None) -> Reader:
        reader = self._reader(have)
        assert self.log.start - 1 <= reader.first <= self.log.head
        return reader

    @rule(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=6))
    def commit_a_batch(self, sizes: list[int]) -> None:
        drafts = [Draft(ParticipantId(b"p" * 16), EntryKind.APPLICATION, 0, "A" * size) for size in sizes]
        self.log, entries = number(self.log, drafts)
        self.disk |= {entry.seq: entry for entry in entries}
        self.disk = {seq: entry for seq, entry in self.disk.items() if seq >= self.log.start}
        for entry in entries:
            for reader in self.all:
                reader.subscription, now = offer(reader.subscription, entry.seq)
                if now and not reader.is_gone:
                    reader.got.append(entry.seq)

    @rule(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=6))
    def a_batch_that_does_not_reach_the_disk_changes_nothing(self, sizes: list[int]) -> None:
        before = self.log
        number(self.log, [Draft(ParticipantId(b"p" * 16), EntryKind.APPLICATION, 0, "A" * size) for size in sizes])
        assert self.log == before

    @rule(reader=readers)
    def fetch(self, reader: Reader) -> None:
        if reader.is_gone or reader.subscription.live:
            return
        seqs = range(0)
        try:
            reader.subscription, seqs = wanted(reader.subscription, self.log)
        except UnavailableError as error:
            reader.is_gone = error.code == "unavailable.log-gap"
        if reader.is_gone:
            assert reader.subscription.cursor < self.log.start - 1
            return
        assert len(seqs) <= 3
        for seq in seqs:
            assert seq in self.disk
            reader.got.append(seq)
            reader.subscription = given(reader.subscription, seq)

    @rule(target=readers, reader=readers)
    def resume(self, reader: Reader) -> Reader:
        """The socket breaks and the client comes back with the last seq that it has."""
        reader.is_gone = True
        have = reader.got[-1] if reader.got else reader.first
        again = self._reader(have)
        gap = again.first > have
        assert gap == (self.log.start > have + 1 and self.log.head > have)
        return again

    @rule()
    def purge_while_empty(self) -> None:
        if all(reader.is_gone for reader in self.all):
            self.log, self.disk = emptied(self.log), {}

    @rule()
    def restart(self) -> None:
        """What is found on disk is what was known."""
        found = outline(self.log.head, [len(self.disk[seq].body) for seq in sorted(self.disk)])
        assert (found.head, found.start, found.size) == (self.log.head, self.log.start, self.log.size)
        for reader in self.all:
            reader.is_gone = True
        self.log = found

    @invariant()
    def nobody_misses_or_repeats_anything(self) -> None:
        for reader in self.all:
            assert reader.got == list(range(reader.first + 1, reader.first + 1 + len(reader.got)))
            if reader.subscription.live and not reader.is_gone:
                assert reader.subscription.cursor == self.log.head

    @invariant()
    def the_log_keeps_to_its_bounds(self) -> None:
        held = self.log.head - self.log.start + 1
        assert set(self.disk) == set(range(self.log.start, self.log.head + 1))
        assert held <= ENTRIES_MAX
        assert self.log.size == sum(len(entry.body) for entry in self.disk.values())
        assert self.log.size <= BYTES_MAX or len(self.log.segments) == 1


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
