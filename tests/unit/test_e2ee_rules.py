"""The rules of e2ee/, one sentence each, with the time and the randomness given."""

import msgspec
import pytest

from incamera.control.grants import show_access
from incamera.control.host_proof import verify_host_proof
from incamera.domain import b64u
from incamera.domain.identifiers import AccessHash, RoomId
from incamera.domain.room import Room, Topology
from incamera.e2ee.credential import LeafBinding, make_credential, require_admissible, verify_credential
from incamera.e2ee.device import DeviceKeys
from incamera.e2ee.envelope import Kind, open_envelope
from incamera.e2ee.heartbeat import NO_MESSAGES, Heartbeat, next_digest, open_heartbeat, sign_heartbeat
from incamera.e2ee.labels import derive, derive_room_keys
from incamera.e2ee.link import emit_link
from incamera.e2ee.note import Note, open_note, sign_note
from incamera.e2ee.policy import verify_policy
from incamera.e2ee.room import MadeRoom, RoomWish, grant_request, make_room
from incamera.errors import DeniedError, IntegrityError, RemoteError

NOW = 1_800_000_000
ROOM, GROUP, LEAF = b"r" * 16, b"g" * 32, b"l" * 32
ALICE, BOB = DeviceKeys.from_seeds(b"a" * 32, b"A" * 32), DeviceKeys.from_seeds(b"b" * 32, b"B" * 32)
ORIGIN = "https://calls.example.org"


class Chance:
    """Counts up, so that each field of a room can be told from the others."""

    def __init__(self) -> None:
        self.given: list[bytes] = []

    def __call__(self, size: int) -> bytes:
        self.given.append(bytes([len(self.given) + 1]) * size)
        return self.given[-1]


def made(**wish: object) -> MadeRoom:
    return make_room(RoomWish(NOW + 600, **wish), ORIGIN, Chance())  # type: ignore[arg-type]


def as_the_server_keeps_it(room: MadeRoom) -> Room:
    given = room.registration
    return Room(
        RoomId(b64u.decode(given.room_id)),
        AccessHash(b64u.decode(given.access_hash)),
        b64u.decode(given.host_public_key),
        given.sealed_policy,
        Topology(given.topology),
        given.capacity,
        NOW,
        given.expires_at,
    )


def test_each_label_room_and_generation_gives_a_key_of_its_own() -> None:
    labels = ("access", "admit", "envelope", "heartbeat", "psk")
    keys = {derive(secret, label, room, n) for secret in (b"s" * 32, b"t" * 32) for label in labels for room in (ROOM, b"q" * 16) for n in (0, 1)}
    assert len(keys) == 2 * 5 * 2 * 2
    assert (b"s" * 32).hex() not in "".join(key.hex() for key in keys)
    for secret, room, n in ((b"s" * 31, ROOM, 0), (b"s" * 32, b"r", 0), (b"s" * 32, ROOM, -1), (b"s" * 32, ROOM, 2**32)):
        with pytest.raises(ValueError, match="S has 32 bytes"):
            derive(secret, "access", room, n)


def test_keys_do_not_show_themselves() -> None:
    keys = derive_room_keys(b"s" * 32, ROOM)
    assert repr(keys) == "RoomKeys()"
    assert "private" not in repr(ALICE).lower()


def test_the_server_gets_neither_s_nor_the_hosts_seed_nor_the_rules() -> None:
    chance = Chance()
    room = make_room(RoomWish(NOW + 600), ORIGIN, chance)
    registered = msgspec.json.encode(room.registration).decode() + b64u.decode(room.registration.sealed_policy).decode("latin-1")
    for secret in (room.invite.secret, room.invite.host_seed or b""):
        assert len(secret) == 32
        assert secret in chance.given
        assert b64u.encode(secret) not in registered
        assert secret.decode("latin-1") not in registered
    assert "forbidden" not in registered
    assert derive_room_keys(room.invite.secret, room.invite.room_id).access not in registered.encode("latin-1")


def test_a_room_opens_by_its_link_and_moderates_by_its_host_link() -> None:
    room = made()
    kept = as_the_server_keeps_it(room)
    request = grant_request(room.invite, NOW)
    assert show_access(kept, b64u.decode(request.access), NOW) is kept
    assert not isinstance(request.host_proof, msgspec.UnsetType)
    verify_host_proof(kept, b64u.decode(request.host_proof.signature), request.host_proof.at, NOW)
    guest = grant_request(type(room.invite)(ORIGIN, room.invite.room_id, room.invite.secret, room.invite.host_key_hash), NOW)
    assert isinstance(guest.host_proof, msgspec.UnsetType)
    assert b64u.encode(room.invite.host_seed or b"") not in emit_link(room.invite)


def test_the_sealed_policy_is_the_hosts_and_can_be_read_with_the_link_only() -> None:
    room = made(recording="notify")
    keys = derive_room_keys(room.invite.secret, room.invite.room_id)
    sealed = b64u.decode(room.registration.sealed_policy)
    signed = open_envelope(keys.envelope, room.invite.room_id, Kind.POLICY, 0, sealed)
    assert verify_policy(signed, room.invite.room_id, room.invite.host_key_hash).policy.recording == "notify"
    with pytest.raises(IntegrityError, match=r"integrity\.policy"):
        verify_policy(signed, room.invite.room_id, b"another host's key, hashed ......")
    with pytest.raises(IntegrityError, match=r"integrity\.envelope"):
        open_envelope(bytes(32), room.invite.room_id, Kind.POLICY, 0, sealed)


@pytest.mark.parametrize(("wish", "capacity"), [({}, 2), ({"topology": "group"}, 12), ({"topology": "group", "capacity": 100}, 100)])
def test_a_room_has_the_capacity_of_its_kind(wish: dict[str, object], capacity: int) -> None:
    assert made(**wish).registration.capacity == capacity


@pytest.mark.parametrize(
    "wish", [{"capacity": 3}, {"topology": "group", "capacity": 1}, {"topology": "group", "capacity": 101}, {"topology": "ring"}]
)
def test_rules_that_contradict_each_other_make_no_room(wish: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=r"integrity\.policy"):
        made(**wish)


def credential(**changed: object) -> bytes:
    fields: dict[str, object] = {"binding": LeafBinding(ROOM, GROUP, LEAF), "admit": b"m" * 32, "expires_at": NOW + 300, "device": ALICE}
    return make_credential(display_name="Alice", **(fields | changed))  # type: ignore[arg-type]


def test_a_credential_is_good_for_its_room_group_and_leaf_and_by_the_link_only() -> None:
    binding = LeafBinding(ROOM, GROUP, LEAF)
    verified = verify_credential(credential(), binding, b"m" * 32)
    assert (verified.display_name, verified.device_public_key) == ("Alice", ALICE.public_key)
    elsewhere = [LeafBinding(b"q" * 16, GROUP, LEAF), LeafBinding(ROOM, b"h" * 32, LEAF), LeafBinding(ROOM, GROUP, b"k" * 32)]
    for other in elsewhere:
        with pytest.raises(IntegrityError, match=r"integrity\.credential"):
            verify_credential(credential(), other, b"m" * 32)
        with pytest.raises(IntegrityError, match=r"integrity\.credential"):
            verify_credential(credential(binding=other), binding, b"m" * 32)
    with pytest.raises(IntegrityError, match=r"integrity\.credential"):
        verify_credential(credential(admit=b"guess" + bytes(27)), binding, b"m" * 32)


@pytest.mark.parametrize(("age_s", "is_good"), [(0, True), (300, True), (301, False), (-1, False)])
def test_whoever_adds_refuses_what_expired_or_lasts_too_long(age_s: int, is_good: bool) -> None:
    verified = verify_credential(credential(), LeafBinding(ROOM, GROUP, LEAF), b"m" * 32)
    now = NOW + age_s
    if is_good:
        require_admissible(verified, now)
    else:
        with pytest.raises(DeniedError, match=r"denied\.admission-expired"):
            require_admissible(verified, now)


def heartbeat(**changed: object) -> Heartbeat:
    digest, nobody = b64u.encode(NO_MESSAGES), b64u.encode(GROUP)
    fields: dict[str, object] = {"leaf": 0, "beat": 1, "sent": 0, "digest": digest, "previous": None, "ctrs": {}}
    return Heartbeat(v=1, group_id=nobody, epoch=3, transcript=digest, **(fields | changed))  # type: ignore[arg-type]


def test_a_heartbeat_names_the_device_that_signed_it() -> None:
    assert open_heartbeat(sign_heartbeat(heartbeat(), ALICE)) == (heartbeat(), ALICE.public_key)
    assert open_heartbeat(sign_heartbeat(heartbeat(), BOB))[1] == BOB.public_key
    with pytest.raises(RemoteError, match=r"remote\.malformed"):
        open_heartbeat(sign_heartbeat(heartbeat(ctrs={"01": 1}), ALICE))


def test_a_digest_tells_which_messages_were_counted_and_in_which_order() -> None:
    one, two = next_digest(NO_MESSAGES, b"one"), next_digest(NO_MESSAGES, b"two")
    assert len({NO_MESSAGES, one, two, next_digest(one, b"two"), next_digest(two, b"one")}) == 5


def test_a_note_is_signed_and_says_a_code_only() -> None:
    note = Note(1, b64u.encode(GROUP), b64u.encode(LEAF), "denied.room-full")
    assert open_note(sign_note(note, BOB)) == (note, BOB.public_key)
    with pytest.raises(RemoteError, match=r"remote\.malformed"):
        open_note(sign_note(Note(1, b64u.encode(GROUP), b64u.encode(LEAF), "<b>you won</b>"), BOB))


def test_a_device_signs_for_one_purpose_at_a_time() -> None:
    note = Note(1, b64u.encode(GROUP), b64u.encode(LEAF), "denied.room-full")
    with pytest.raises(IntegrityError, match=r"integrity\.envelope"):
        open_heartbeat(sign_note(note, ALICE))
    with pytest.raises(IntegrityError, match=r"integrity\.envelope"):
        open_note(sign_heartbeat(heartbeat(), ALICE))
