"""Makes a room: S, the host key and the signed policy are made here; the server gets a hash and sealed bytes (spec/1-invite.md)."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from incamera.domain import b64u
from incamera.e2ee.device import SEED_BYTES, sign
from incamera.e2ee.envelope import NONCE_BYTES, Kind, seal
from incamera.e2ee.labels import ROOM_ID_BYTES, SECRET_BYTES, derive_room_keys, sha256
from incamera.e2ee.link import Invite
from incamera.e2ee.policy import Policy, Recording, Topology, sign_policy
from incamera.protocol.bodies import CreateRoomRequest, GrantRequest, HostProof

GROUP_CAPACITY = 12


@dataclass(frozen=True, slots=True)
class RoomWish:
    """What a host decides. `expires_at` in seconds; capacity None is 2 for direct rooms and 12 for groups."""

    expires_at: int
    topology: Topology = "direct"
    capacity: int | None = None
    recording: Recording = "forbidden"
    waiting_room: bool = False
    single_use: bool = False


@dataclass(frozen=True, slots=True)
class MadeRoom:
    """The invite stays with the host; the registration is what the server gets."""

    invite: Invite
    registration: CreateRoomRequest


def make_room(wish: RoomWish, origin: str, random_bytes: Callable[[int], bytes]) -> MadeRoom:
    """A room that no server knows yet. `random_bytes` must be a cryptographic source.

    Raises: IntegrityError integrity.policy for rules that contradict each other, such as a direct room for three.
    """
    room_id, secret, host_seed = random_bytes(ROOM_ID_BYTES), random_bytes(SECRET_BYTES), random_bytes(SEED_BYTES)
    host_public_key = Ed25519PrivateKey.from_private_bytes(host_seed).public_key().public_bytes_raw()
    capacity = wish.capacity if wish.capacity is not None else 2 if wish.topology == "direct" else GROUP_CAPACITY
    policy = Policy(
        room_id=b64u.encode(room_id),
        topology=wish.topology,
        capacity=capacity,
        expires_at=wish.expires_at,
        waiting_room=wish.waiting_room,
        recording=wish.recording,
        single_use=wish.single_use,
    )
    keys = derive_room_keys(secret, room_id)
    sealed = seal(keys.envelope, room_id, Kind.POLICY, 0, sign_policy(policy, host_seed), random_bytes(NONCE_BYTES))
    registration = CreateRoomRequest(
        room_id=policy.room_id,
        access_hash=b64u.encode(sha256(keys.access)),
        host_public_key=b64u.encode(host_public_key),
        sealed_policy=b64u.encode(sealed),
        topology=wish.topology,
        capacity=capacity,
        expires_at=wish.expires_at,
    )
    return MadeRoom(Invite(origin, room_id, secret, sha256(host_public_key), host_seed), registration)


def grant_request(invite: Invite, now: int) -> GrantRequest:
    """What is shown to the server for a grant; with the host's seed also the proof that asks for `moderate`."""
    access = b64u.encode(derive_room_keys(invite.secret, invite.room_id).access)
    if invite.host_seed is None:
        return GrantRequest(access)
    signature = sign(Ed25519PrivateKey.from_private_bytes(invite.host_seed), "host grant", invite.room_id + now.to_bytes(8, "big"))
    return GrantRequest(access, HostProof(b64u.encode(signature), now))
