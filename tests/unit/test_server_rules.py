"""The rules of control/, one sentence each, with the time and the randomness given."""

import base64
import hmac
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from incamera.control import admission, api_keys, buckets, grants, limits, rooms, turn_credentials
from incamera.control.events import EventName
from incamera.control.host_proof import signed_bytes, verify_host_proof
from incamera.control.outbox import Outbox
from incamera.domain.grant import Scope
from incamera.domain.identifiers import AccessHash, ParticipantId, RoomId
from incamera.domain.room import Room, Topology
from incamera.errors import DeniedError, IncameraError, LocalError, RemoteError

NOW = 1_800_000_000
ACCESS = b"a" * 32
HOST = Ed25519PrivateKey.from_private_bytes(b"h" * 32)
ROOM = Room(
    room_id=RoomId(b"r" * 16),
    access_hash=AccessHash(sha256(ACCESS).digest()),
    host_public_key=HOST.public_key().public_bytes_raw(),
    sealed_policy="c2VhbGVk",
    topology=Topology.DIRECT,
    capacity=2,
    created_at=NOW,
    expires_at=NOW + 600,
)
ALICE, BOB = ParticipantId(b"A" * 16), ParticipantId(b"B" * 16)


def code_of(raised: pytest.ExceptionInfo[IncameraError]) -> str:
    return raised.value.code


def test_a_room_opens_once() -> None:
    room, events = rooms.open_room(None, ROOM, NOW)
    assert room.created_at == NOW
    assert [event.name for event in events] == [EventName.ROOM_OPENED]
    with pytest.raises(DeniedError) as raised:
        rooms.open_room(room, ROOM, NOW)
    assert code_of(raised) == "denied.room-exists"


@pytest.mark.parametrize("expires_at", [NOW, NOW - 1, NOW + limits.ROOM_LIFETIME_S_MAX + 1])
def test_a_room_expires_ahead_and_within_a_year(expires_at: int) -> None:
    with pytest.raises(RemoteError):
        rooms.open_room(None, replace(ROOM, expires_at=expires_at), NOW)


def test_a_direct_room_is_for_two() -> None:
    with pytest.raises(RemoteError):
        rooms.open_room(None, replace(ROOM, capacity=3), NOW)
    assert rooms.open_room(None, replace(ROOM, capacity=3, topology=Topology.GROUP), NOW)[0].capacity == 3


def test_a_room_closes_once_and_is_over() -> None:
    closed, events = rooms.close_room(ROOM, NOW + 1)
    assert closed.is_over(NOW + 1)
    assert len(events) == 1
    assert rooms.close_room(closed, NOW + 2) == (closed, ())
    assert ROOM.is_over(ROOM.expires_at)
    assert not ROOM.is_over(ROOM.expires_at - 1)


def test_access_opens_its_room_only_while_it_lives() -> None:
    assert grants.show_access(ROOM, ACCESS, NOW) is ROOM
    for room, access, code in (
        (ROOM, b"b" * 32, "denied.room-or-key"),
        (None, ACCESS, "denied.room-or-key"),
        (replace(ROOM, ended_at=NOW), b"b" * 32, "denied.room-or-key"),
        (replace(ROOM, ended_at=NOW), ACCESS, "denied.room-gone"),
    ):
        with pytest.raises(DeniedError) as raised:
            grants.show_access(room, access, NOW)
        assert code_of(raised) == code


def test_a_room_that_is_not_there_can_not_be_opened_by_any_hash() -> None:
    with pytest.raises(DeniedError):
        grants.show_access(None, b"", NOW)


def test_a_grant_is_kept_as_a_hash_and_ends_with_the_room_or_the_day() -> None:
    grant, events = grants.issue(ROOM, b"s" * 32, ALICE, moderates=False, alive_this_hour=0, now=NOW)
    assert grant.grant_hash == sha256(b"s" * 32).digest()
    assert grant.expires_at == ROOM.expires_at
    assert grant.scopes == {Scope.PUBLISH}
    assert events[0].participant_id == ALICE
    longer = replace(ROOM, expires_at=NOW + 10**6)
    assert grants.issue(longer, b"s" * 32, ALICE, moderates=True, alive_this_hour=63, now=NOW)[0].expires_at == NOW + 86_400
    with pytest.raises(RemoteError) as raised:
        grants.issue(ROOM, b"s" * 32, ALICE, moderates=False, alive_this_hour=64, now=NOW)
    assert code_of(raised) == "remote.too-fast"


def test_a_grant_is_good_for_its_room_until_it_expires() -> None:
    grant, _ = grants.issue(ROOM, b"s" * 32, ALICE, moderates=False, alive_this_hour=0, now=NOW)
    assert grants.check(grant, ROOM.room_id, NOW) is grant
    for shown, room_id, now in ((None, ROOM.room_id, NOW), (grant, RoomId(b"x" * 16), NOW), (grant, ROOM.room_id, grant.expires_at)):
        with pytest.raises(DeniedError) as raised:
            grants.check(shown, room_id, now)
        assert code_of(raised) == "denied.grant"
    with pytest.raises(DeniedError) as raised:
        grants.require(grant, Scope.MODERATE)
    assert code_of(raised) == "denied.scope"


@pytest.mark.parametrize("age_s", [-300, 0, 300])
def test_a_fresh_host_signature_is_taken(age_s: int) -> None:
    verify_host_proof(ROOM, HOST.sign(signed_bytes(ROOM, NOW - age_s)), NOW - age_s, NOW)


@pytest.mark.parametrize("fault", ["old", "early", "key", "room", "time", "short", "host key"])
def test_any_other_host_signature_is_not(fault: str) -> None:
    at = NOW - 301 if fault == "old" else NOW + 301 if fault == "early" else NOW
    key = Ed25519PrivateKey.from_private_bytes(b"x" * 32) if fault == "key" else HOST
    signed = signed_bytes(replace(ROOM, room_id=RoomId(b"x" * 16)) if fault == "room" else ROOM, at)
    signature = key.sign(signed)[: 10 if fault == "short" else 64]
    room = replace(ROOM, host_public_key=b"\xff" * 32) if fault == "host key" else ROOM
    with pytest.raises(DeniedError) as raised:
        verify_host_proof(room, signature, at + 1 if fault == "time" else at, NOW)
    assert code_of(raised) == "denied.room-or-key"


def test_who_comes_twice_takes_over_and_who_leaves_twice_leaves_once() -> None:
    here, entered = admission.enter(admission.Occupants(ROOM), ALICE, NOW)
    assert not entered.supersedes
    assert [event.name for event in entered.events] == [EventName.PARTICIPANT_JOINED]
    same, again = admission.enter(here, ALICE, NOW)
    assert (same, again.supersedes, again.events) == (here, True, ())
    empty, events = admission.leave(here, ALICE, NOW)
    assert (empty.present, len(events)) == ((), 1)
    assert admission.leave(empty, ALICE, NOW) == (empty, ())


def test_a_room_has_bounds_and_an_end() -> None:
    crowd = admission.Occupants(ROOM, tuple(ParticipantId(bytes([n]) * 16) for n in range(10)))
    with pytest.raises(DeniedError) as raised:
        admission.enter(crowd, ALICE, NOW)
    assert code_of(raised) == "denied.room-full"
    with pytest.raises(DeniedError) as raised:
        admission.enter(admission.Occupants(ROOM), ALICE, ROOM.expires_at)
    assert code_of(raised) == "denied.room-gone"


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    rate = limits.Rate(per_second=2, burst=3)
    bucket = buckets.full(rate, 0)
    given = []
    for at in (0, 0, 0, 0, 0.4, 0.5, 0.6, -9, 100, 100, 100, 100):
        bucket, allowed = buckets.take(bucket, rate, at)
        given.append(allowed)
    assert given == [True, True, True, False, False, True, False, False, True, True, True, False]


def test_an_outbox_refuses_rather_than_grows() -> None:
    outbox = Outbox()
    assert all(outbox.offer("x") for _ in range(limits.QUEUE_MESSAGES_MAX))
    assert not outbox.offer("x")
    outbox.clear()
    big = "x" * (limits.QUEUE_BYTES_MAX // 2)
    assert outbox.offer(big)
    assert outbox.offer(big)
    assert not outbox.offer("x")
    assert outbox.take() == [big], "one message at once, however large"
    assert outbox.offer("y")
    assert (outbox.take(), outbox.take(), outbox.take()) == ([big], ["y"], [])


def test_turn_credentials_are_what_coturn_computes() -> None:
    made = turn_credentials.issue(["north", "old"], "alice", NOW, 3_600)
    assert made.username == f"{NOW + 3_600}:alice"
    assert made.credential == base64.b64encode(hmac.new(b"north", made.username.encode(), "sha1").digest()).decode()
    known = turn_credentials.issue(["my_secret"], "user", 1_433_895_918 - 86_400, 86_400)
    assert (known.username, known.credential) == ("1433895918:user", base64.b64encode(hmac.digest(b"my_secret", b"1433895918:user", "sha1")).decode())


def test_turn_credentials_end_and_survive_a_rotation_of_secrets() -> None:
    made = turn_credentials.issue(["old"], "alice", NOW, 60)
    assert turn_credentials.verify(["new", "old"], made.username, made.credential, NOW + 59)
    assert not turn_credentials.verify(["new", "old"], made.username, made.credential, NOW + 60)
    assert not turn_credentials.verify(["new"], made.username, made.credential, NOW)
    for username in ("", "alice", f"{NOW + 99}:alice", "9" * 13 + ":alice", "²:alice", f"-{NOW}:alice"):
        assert not turn_credentials.verify(["old"], username, made.credential, NOW)


@pytest.mark.parametrize(("secrets", "user", "ttl_s"), [([], "a", 60), (["s"], "a:b", 60), (["s"], "a", 0), (["s"], "a", 86_401)])
def test_turn_credentials_have_bounds(secrets: list[str], user: str, ttl_s: int) -> None:
    with pytest.raises(ValueError, match="24 h"):
        turn_credentials.issue(secrets, user, NOW, ttl_s)


def test_an_api_key_is_shown_once_and_kept_as_a_hash() -> None:
    key, text, events = api_keys.make("website", b"k" * 32, 0, NOW)
    assert text.startswith("ick_")
    assert key.key_hash == sha256(text.encode()).digest() == api_keys.hash_of(text)
    assert text not in repr(key)
    assert text not in repr(events)
    for name, existing in (("", 0), ("x" * 65, 0), ("a\nb", 0), ("ok", limits.API_KEYS_MAX)):
        with pytest.raises(LocalError):
            api_keys.make(name, b"k" * 32, existing, NOW)
