"""Who may use our own relay: the rules of control/relay_guests, and how the server keeps to them when the relay is busy."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from incamera.control import relay_guests
from incamera.control.limits import RELAY_GUESTS_MAX
from incamera.control.relay_guests import Eviction, RelayGuests
from incamera.domain.identifiers import ParticipantId, RoomId
from incamera.errors import UnavailableError

BOUND = 5
PEOPLE = st.integers(0, 9).map(lambda number: ParticipantId(bytes([number]) * 16))
LIFE_S = 100


def room_of(person: ParticipantId) -> RoomId:
    """Everybody is in one room for good, as a grant says."""
    return RoomId(bytes([person[0] % 3]) * 16)


class Guests(RuleBasedStateMachine):
    """A model that knows all, beside the rules that forget."""

    def __init__(self) -> None:
        super().__init__()
        self.guests = RelayGuests()
        self.until: dict[ParticipantId, int] = {}
        self.now = 1_000

    @initialize()
    def bound(self) -> None:
        relay_guests.RELAY_GUESTS_MAX = BOUND  # type: ignore[attr-defined] # given back in teardown

    def teardown(self) -> None:
        relay_guests.RELAY_GUESTS_MAX = RELAY_GUESTS_MAX  # type: ignore[attr-defined]

    def expect(self, evictions: Iterable[Eviction], gone: set[ParticipantId]) -> None:
        told = list(evictions)
        assert [one.participant_id for one in told] == list(dict.fromkeys(one.participant_id for one in told)), "nobody twice"
        assert {one.participant_id for one in told} == gone
        for one in told:
            assert one.until_s == self.until.pop(one.participant_id)

    @rule(seconds=st.integers(0, LIFE_S * 2))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(person=PEOPLE)
    def admit(self, person: ParticipantId) -> None:
        expired = {one for one, until_s in self.until.items() if until_s <= self.now and one != person}
        # Who only waits for the end keeps nobody out.
        if person not in self.until and len(self.until.keys() - expired) == BOUND:
            with pytest.raises(UnavailableError, match="Too many"):
                self.guests.admit(room_of(person), person, self.now + LIFE_S, self.now)
            return
        gone = self.guests.admit(room_of(person), person, self.now + LIFE_S, self.now)
        self.expect(gone, expired)
        assert self.until.get(person, 0) <= self.now + LIFE_S
        self.until[person] = self.now + LIFE_S

    @rule(person=PEOPLE)
    def leave(self, person: ParticipantId) -> None:
        self.expect(self.guests.leave(person), {person} & self.until.keys())

    @rule(person=PEOPLE)
    def end_room(self, person: ParticipantId) -> None:
        self.expect(self.guests.end_room(room_of(person)), {one for one in self.until if room_of(one) == room_of(person)})

    @invariant()
    def never_more_than_the_bound(self) -> None:
        assert len(self.guests) == len(self.until) <= BOUND


TestGuests = Guests.TestCase


@given(PEOPLE, st.lists(st.integers(0, 1_000), min_size=1, max_size=10))
def test_a_credential_that_ends_sooner_does_not_shorten_what_was_given_before(person: ParticipantId, untils: list[int]) -> None:
    guests = RelayGuests()
    for until_s in untils:
        guests.admit(room_of(person), person, until_s, 0)
    assert guests.leave(person) == [Eviction(person, max(untils))]
    assert guests.leave(person) == []


def test_many_whose_time_is_up_go_a_few_at_a_time() -> None:
    guests = RelayGuests()
    crowd = [ParticipantId(number.to_bytes(16)) for number in range(100)]
    for one in crowd:
        guests.admit(room_of(one), one, 50, 0)
    sizes: list[int] = []
    while len(guests) > 1:
        newest = ParticipantId((1_000 + len(sizes)).to_bytes(16))
        sizes.append(len(list(guests.admit(RoomId(bytes(16)), newest, 10_000, 60))))
        guests.leave(newest)
        if not sizes[-1]:
            break
    assert sum(sizes) == len(crowd)
    assert max(sizes) < 20


def test_a_full_house_is_said_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_guests, "RELAY_GUESTS_MAX", 1)
    guests = RelayGuests()
    alice, bob = ParticipantId(b"a" * 16), ParticipantId(b"b" * 16)
    guests.admit(room_of(alice), alice, 100, 0)
    with pytest.raises(UnavailableError) as told:
        guests.admit(room_of(bob), bob, 100, 0)
    assert told.value.code == "unavailable.relay"
    guests.admit(room_of(alice), alice, 200, 0)
    assert guests.end_room(room_of(alice)) == [Eviction(alice, 200)]
