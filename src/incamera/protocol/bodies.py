"""The bodies of HTTP requests and answers (spec/7-server.md). Requests refuse unknown fields; answers may grow."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from incamera.protocol.fields import Bytes16, Bytes32, Bytes64, Capacity, Code, Count, SealedPolicy, Seconds, Url, Word

TopologyName = Literal["direct", "group"]


class CreateRoomRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Trust: made by a client; topology, capacity and expires_at are the server's copy, for its own limits only."""

    room_id: Bytes16
    access_hash: Bytes32
    host_public_key: Bytes32
    sealed_policy: SealedPolicy
    topology: TopologyName
    capacity: Capacity
    expires_at: Seconds


class CreateRoomAnswer(Struct, frozen=True):
    """The room exists."""

    room_id: Bytes16
    expires_at: Seconds


class HostProof(Struct, frozen=True, forbid_unknown_fields=True):
    """Ed25519(host key, "incamera/1 host grant" ‖ 0x00 ‖ room_id ‖ u64 at)."""

    signature: Bytes64
    at: Seconds


class GrantRequest(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`access` is derived from S; the server holds its SHA-256."""

    access: Bytes32
    host_proof: HostProof | UnsetType = UNSET


class GrantAnswer(Struct, frozen=True):
    """`grant` is a bearer secret for one participant in one room; the server keeps its SHA-256 only."""

    grant: Bytes32
    participant_id: Bytes16
    scopes: Annotated[list[Word], Meta(max_length=8)]
    expires_at: Seconds
    sealed_policy: SealedPolicy
    topology: TopologyName


class ReplaceAccessRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The room goes on under another S. `keep`: participants whose grants stay good until they have new ones."""

    access_hash: Bytes32
    sealed_policy: SealedPolicy
    keep: Annotated[list[Bytes16], Meta(max_length=100)]


class IceServer(Struct, frozen=True):
    """One RTCIceServer; `username` is `expiry:participant_id`."""

    urls: Annotated[list[Url], Meta(min_length=1, max_length=8)]
    username: Annotated[str, Meta(min_length=1, max_length=128)]
    credential: Annotated[str, Meta(min_length=1, max_length=128)]


class TurnCredentialsAnswer(Struct, frozen=True):
    """`iceServers` is empty where no relay is set up; `ttl` in seconds."""

    iceServers: Annotated[list[IceServer], Meta(max_length=4)]
    ttl: Count


class RoomSummary(Struct, frozen=True):
    """What an operator may see of a room."""

    room_id: Bytes16
    topology: TopologyName
    capacity: Capacity
    expires_at: Seconds
    present: Count


class RoomListAnswer(Struct, frozen=True):
    """At most 1,000 rooms, newest first."""

    rooms: Annotated[list[RoomSummary], Meta(max_length=1_000)]


class Problem(Struct, frozen=True):
    """RFC 9457 problem details with the code of errors.json."""

    type: Literal["about:blank"]
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(max_length=500)]
    code: Code


REQUESTS = (CreateRoomRequest, GrantRequest, ReplaceAccessRequest)
ANSWERS = (CreateRoomAnswer, GrantAnswer, TurnCredentialsAnswer, RoomListAnswer, Problem)
