"""The rules of control/ under whatever comes: buckets, grants, TURN credentials, rooms and who is in them."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from incamera.control import admission, buckets, grants, limits, rooms, turn_credentials
from incamera.control.limits import Rate
from incamera.control.outbox import Outbox
from incamera.domain.grant import Scope
from incamera.domain.identifiers import AccessHash, ParticipantId, RoomId
from incamera.domain.room import Room, Topology
from incamera.errors import DeniedError, RemoteError

NOW = 1_800_000_000
ACCESS = b"a" * 32
ROOM = Room(RoomId(b"r" * 16), AccessHash(sha256(ACCESS).digest()), b"h" * 32, "c2VhbGVk", Topology.DIRECT, 2, NOW, NOW + 600)
ALICE = ParticipantId(b"A" * 16)

secrets_of_32 = st.binary(min_size=32, max_size=32)
times = st.integers(NOW - 10**6, NOW + 10**6)
words = st.text(st.characters(codec="ascii", exclude_characters=":", categories=("L", "N", "P")), min_size=1, max_size=40)


@given(st.integers(1, 50), st.floats(0.1, 50), st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_a_bucket_never_gives_more_than_its_burst_and_its_rate(burst: int, per_second: float, waits: Sequence[float]) -> None:
    rate = Rate(per_second, burst)
    bucket, at, given_out = buckets.full(rate, 0.0), 0.0, 0
    for wait in waits:
        at += wait
        bucket, allowed = buckets.take(bucket, rate, at)
        given_out += allowed
        assert 0 <= bucket.tokens <= burst
        assert given_out <= burst + per_second * at + 1e-6


@given(st.lists(st.floats(-1e6, 1e6), max_size=100))
def test_a_clock_that_jumps_fills_no_bucket_beyond_its_burst(times_seen: Sequence[float]) -> None:
    rate = Rate(1, 5)
    bucket = buckets.full(rate, 0.0)
    for at in times_seen:
        before = bucket
        bucket, _allowed = buckets.take(bucket, rate, at)
        if at < before.at:
            assert bucket.tokens <= before.tokens
        assert 0 <= bucket.tokens <= rate.burst


@given(secret=secrets_of_32, other=secrets_of_32, now=times, moderates=st.booleans())
def test_a_grant_opens_its_own_room_in_its_own_time_and_no_secret_shows(secret: bytes, other: bytes, now: int, moderates: bool) -> None:
    assume(secret != other and now < ROOM.expires_at)
    grant, events = grants.issue(ROOM, secret, ALICE, moderates=moderates, alive_this_hour=0, now=now)
    assert grant.grant_hash == grants.hash_of(secret) != grants.hash_of(other)
    assert grant.expires_at <= min(ROOM.expires_at, now + limits.GRANT_LIFETIME_S_MAX)
    assert repr(secret) not in repr((grant, events))
    assert grants.check(grant, ROOM.room_id, grant.expires_at - 1) is grant
    for room_id, at in ((RoomId(b"q" * 16), now), (ROOM.room_id, grant.expires_at), (ROOM.room_id, grant.expires_at + 10**6)):
        with pytest.raises(DeniedError, match=r"denied\.grant"):
            grants.check(grant, room_id, at)
    grants.require(grant, Scope.PUBLISH)
    if not moderates:
        with pytest.raises(DeniedError, match=r"denied\.scope"):
            grants.require(grant, Scope.MODERATE)


@given(shown=st.binary(max_size=64), now=times, ended=st.none() | times)
def test_only_access_opens_a_room_and_a_wrong_one_learns_nothing_of_its_end(shown: bytes, now: int, ended: int | None) -> None:
    assume(shown != ACCESS)
    with pytest.raises(DeniedError) as raised:
        grants.show_access(replace(ROOM, ended_at=ended), shown, now)
    assert raised.value.code == "denied.room-or-key"


@given(secret=words, others=st.lists(words, max_size=4), user=words, ttl_s=st.integers(1, 86_400), age_s=st.integers(0, 200_000))
def test_a_turn_credential_lives_its_time_under_any_of_the_secrets(secret: str, others: list[str], user: str, ttl_s: int, age_s: int) -> None:
    made = turn_credentials.issue([secret, *others], user, NOW, ttl_s)
    assert turn_credentials.verify([*others, secret], made.username, made.credential, NOW + age_s) == (age_s < ttl_s)
    assert made.username == f"{NOW + ttl_s}:{user}"
    without = [one for one in others if one != secret]
    assert not turn_credentials.verify(without, made.username, made.credential, NOW)


@given(secret=words, ttl_s=st.integers(1, 86_400), later_s=st.integers(1, 86_400))
def test_a_renewed_credential_ends_later_and_neither_is_the_other(secret: str, ttl_s: int, later_s: int) -> None:
    first = turn_credentials.issue([secret], "alice", NOW, ttl_s)
    renewed = turn_credentials.issue([secret], "alice", NOW + later_s, ttl_s)
    assert first.username != renewed.username
    assert turn_credentials.verify([secret], renewed.username, renewed.credential, NOW + ttl_s + later_s - 1)
    assert not turn_credentials.verify([secret], renewed.username, first.credential, NOW)
    assert not turn_credentials.verify([secret], first.username, renewed.credential, NOW)


@given(secret=words, username=st.text(max_size=60), credential=st.text(max_size=60), now=times)
def test_no_text_from_the_network_breaks_the_check_of_a_credential(secret: str, username: str, credential: str, now: int) -> None:
    assert turn_credentials.verify([secret], username, credential, now) is False


@given(expires_at=times, capacity=st.integers(2, 100), topology=st.sampled_from(Topology), now=times)
def test_a_room_that_opens_keeps_to_the_rules(expires_at: int, capacity: int, topology: Topology, now: int) -> None:
    wanted = replace(ROOM, expires_at=expires_at, capacity=capacity, topology=topology)
    is_good = now < expires_at <= now + limits.ROOM_LIFETIME_S_MAX and (topology is Topology.GROUP or capacity == 2)
    if not is_good:
        with pytest.raises(RemoteError, match=r"remote\.malformed"):
            rooms.open_room(None, wanted, now)
        return
    room, _events = rooms.open_room(None, wanted, now)
    assert not room.is_over(now)
    assert room.is_over(expires_at)


class Comings(RuleBasedStateMachine):
    """Whoever comes and goes in whatever order: one place per participant, never more than capacity and eight."""

    def __init__(self) -> None:
        super().__init__()
        self.occupants = admission.Occupants(ROOM)
        self.told: set[ParticipantId] = set()

    @rule(number=st.integers(0, 15))
    def come(self, number: int) -> None:
        participant = ParticipantId(bytes([number]) * 16)
        was_there = participant in self.occupants.present
        if not was_there and len(self.told) == ROOM.capacity + limits.SOCKETS_SPARE_PER_ROOM:
            with pytest.raises(DeniedError, match=r"denied\.room-full"):
                admission.enter(self.occupants, participant, NOW)
            return
        self.occupants, entered = admission.enter(self.occupants, participant, NOW)
        assert entered.supersedes == was_there
        assert bool(entered.events) != was_there
        self.told.add(participant)

    @rule(number=st.integers(0, 15))
    def go(self, number: int) -> None:
        participant = ParticipantId(bytes([number]) * 16)
        self.occupants, events = admission.leave(self.occupants, participant, NOW)
        assert bool(events) == (participant in self.told)
        self.told.discard(participant)

    @invariant()
    def each_is_there_once(self) -> None:
        assert set(self.occupants.present) == self.told
        assert len(self.occupants.present) == len(self.told) <= ROOM.capacity + limits.SOCKETS_SPARE_PER_ROOM


TestComings = Comings.TestCase


@given(st.lists(st.one_of(st.integers(0, 300_000), st.none()), max_size=60))
def test_an_outbox_gives_everything_once_in_order_and_keeps_to_its_bounds(steps: Sequence[int | None]) -> None:
    outbox, put, taken = Outbox(), list[str](), list[str]()
    for number, size in enumerate(steps):
        if size is None:
            now = outbox.take()
            assert len(now) <= 1 or sum(map(len, now)) <= limits.SEND_BYTES_MAX
            taken += now
            continue
        message = f"{number}:".ljust(size, "x")
        if outbox.offer(message):
            put.append(message)
        assert len(outbox) <= limits.QUEUE_MESSAGES_MAX
        assert sum(map(len, put)) - sum(map(len, taken)) <= limits.QUEUE_BYTES_MAX
    while now := outbox.take():
        taken += now
    assert taken == put
