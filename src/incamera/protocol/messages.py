"""The socket's messages (spec/7-server.md): the schema's home, from which the TypeScript types and validators are made.

Trust: a ClientMessage comes from anybody and is refused when it holds an unknown field. A ServerMessage comes, for a client, from the
attacker; clients ignore fields that they do not know, so that a newer server can add some.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from incamera.protocol.fields import (
    SFU_SDP_CHARACTERS_MAX,
    SFU_SLOTS_MAX,
    Bytes16,
    Bytes32,
    Code,
    Context,
    Count,
    Detail,
    Mid,
    SealedBody,
    SealedRelay,
    Seconds,
    Version,
    Word,
)

EntryKindName = Literal["genesis", "join", "commit", "welcome", "application", "refusal"]
RelayKindName = Literal["heartbeat"]
SfuSdp = Annotated[str, Meta(min_length=1, max_length=SFU_SDP_CHARACTERS_MAX)]


class _Request(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """What a client sends."""


class _Reply(Struct, frozen=True, tag_field="type"):
    """What the server sends."""


class Join(_Request, frozen=True, tag="join"):
    """The first message on every socket; `have` is the last seq seen, or null."""

    version: Version
    grant: Bytes32
    room_id: Bytes16
    have: Count | None


class Append(_Request, frozen=True, tag="append"):
    """Asks for the next number in the log; `ref` comes back in `appended` or `error`."""

    ref: Count
    kind: EntryKindName
    epoch: Count
    body: SealedBody


class Relay(_Request, frozen=True, tag="relay"):
    """To all others who are here now; not stored."""

    kind: RelayKindName
    body: SealedRelay


class Ping(_Request, frozen=True, tag="ping"):
    """Asks for a `pong` with the same `ref`."""

    ref: Count


class SfuWish(Struct, frozen=True, forbid_unknown_fields=True):
    """What one receive slot shall carry; `height_max` in pixels, 0 without an opinion."""

    mid: Mid
    participant_id: Bytes16
    context: Context
    height_max: Annotated[int, Meta(ge=0, le=4_320)]


class SfuOffer(_Request, frozen=True, tag="sfu_offer"):
    """Begins a leg to the SFU; a newer one of the same participant ends the older. Answered by `sfu_answer` or `error` with `ref`."""

    ref: Count
    leg_id: Bytes16
    sdp: SfuSdp


class SfuSubscribe(_Request, frozen=True, tag="sfu_subscribe"):
    """The whole wish each time: a slot that is not named becomes empty."""

    ref: Count
    leg_id: Bytes16
    slots: Annotated[list[SfuWish], Meta(max_length=SFU_SLOTS_MAX)]


class SfuClose(_Request, frozen=True, tag="sfu_close"):
    """The leg is given up."""

    leg_id: Bytes16


class Bye(_Request, frozen=True, tag="bye"):
    """The participant leaves and its grant ends."""


class Joined(_Reply, frozen=True, tag="joined"):
    """Entries follow from `have` + 1; `log_start` > `have` + 1 tells that some are gone."""

    participant_id: Bytes16
    head: Count
    log_start: Count
    participants: Annotated[list[Bytes16], Meta(max_length=128)]
    server_time: Seconds


class Entry(_Reply, frozen=True, tag="entry"):
    """One numbered item of the log. An unknown `kind` is ignored."""

    seq: Count
    kind: Word
    epoch: Count
    body: SealedBody
    from_: Bytes16 = field(name="from")


class Appended(_Reply, frozen=True, tag="appended"):
    """The own entry is on disk under `seq`; it came as `entry` before this."""

    ref: Count
    seq: Count


class Relayed(_Reply, frozen=True, tag="relay"):
    """Somebody's relay."""

    kind: Word
    body: SealedRelay
    from_: Bytes16 = field(name="from")


class Presence(_Reply, frozen=True, tag="presence"):
    """A participant's socket came or went."""

    participant_id: Bytes16
    state: Literal["here", "gone"]


class Pong(_Reply, frozen=True, tag="pong"):
    """Answers `ping`."""

    ref: Count


class SfuSlot(Struct, frozen=True):
    """What one slot carries, by the server's word: only the key under which a frame opens says whose it is."""

    mid: Mid
    participant_id: Bytes16
    context: Context


class SfuAnswer(_Reply, frozen=True, tag="sfu_answer"):
    """The SFU's description, its candidates included."""

    ref: Count
    leg_id: Bytes16
    sdp: SfuSdp


class SfuSlots(_Reply, frozen=True, tag="sfu_slots"):
    """What each slot carries from now on; a slot that is not named carries nothing."""

    leg_id: Bytes16
    slots: Annotated[list[SfuSlot], Meta(max_length=SFU_SLOTS_MAX)]


class SfuEnded(_Reply, frozen=True, tag="sfu_ended"):
    """The leg is gone."""

    leg_id: Bytes16
    code: Code


class ErrorMessage(_Reply, frozen=True, tag="error"):
    """Something was refused; `ref` names which append, offer or wish, if one. Fatal ones are followed by close."""

    code: Code
    detail: Detail
    ref: Count | None


class Closing(_Reply, frozen=True, tag="closing"):
    """Why the socket closes now."""

    code: Code


ClientMessage = Join | Append | Relay | Ping | SfuOffer | SfuSubscribe | SfuClose | Bye
ServerMessage = Joined | Entry | Appended | Relayed | Presence | Pong | SfuAnswer | SfuSlots | SfuEnded | ErrorMessage | Closing
