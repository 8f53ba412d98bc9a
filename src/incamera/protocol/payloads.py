"""What members say inside the group (spec/6-payloads.md): types only. The server never sees one.

Trust: another member, authenticated by MLS; the sender is the leaf, never a field. A reader ignores unknown types and unknown fields.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from incamera.protocol.fields import SDP_CHARACTERS_MAX, Bytes16, Bytes32, Code, Count, Milliseconds, Word

Sdp = Annotated[str, Meta(min_length=1, max_length=SDP_CHARACTERS_MAX)]
Restart = Annotated[int, Meta(ge=0, le=65_535)]


class _Payload(Struct, frozen=True, tag_field="type"):
    """`n` is the 0-based count of this sender's messages in this epoch."""

    v: Literal[1]
    n: Count


class Media(Struct, frozen=True):
    """Which of its streams a member sends now."""

    microphone: bool
    camera: bool
    screen: bool


class Capabilities(Struct, frozen=True):
    """What a member can do; names that a reader does not know are ignored."""

    codecs: Annotated[list[Word], Meta(max_length=16)]
    features: Annotated[list[Word], Meta(max_length=32)]


class Candidate(Struct, frozen=True):
    """One ICE candidate line, filtered by the sender and again by the receiver."""

    candidate: Annotated[str, Meta(min_length=1, max_length=2_048)]
    sdp_mid: Annotated[str, Meta(max_length=16)]


class Hello(_Payload, frozen=True, tag="hello"):
    """The first payload of every member; `relay` says that it got TURN credentials."""

    participant_id: Bytes16
    capabilities: Capabilities
    relay: bool
    media: Media


class MediaState(_Payload, frozen=True, tag="media_state"):
    """A device was turned on or off."""

    media: Media


class LegOffer(_Payload, frozen=True, tag="leg_offer"):
    """The offer of a leg."""

    leg_id: Bytes16
    sdp: Sdp
    restart: Restart


class LegAnswer(_Payload, frozen=True, tag="leg_answer"):
    """The answer to the offer with the same `restart`."""

    leg_id: Bytes16
    sdp: Sdp
    restart: Restart


class LegCandidates(_Payload, frozen=True, tag="leg_candidates"):
    """Candidates as they trickle; `done` ends them."""

    leg_id: Bytes16
    restart: Restart
    candidates: Annotated[list[Candidate], Meta(max_length=32)]
    done: bool


class LegRestart(_Payload, frozen=True, tag="leg_restart"):
    """Asks the offerer for an ICE restart."""

    leg_id: Bytes16


class LegEnd(_Payload, frozen=True, tag="leg_end"):
    """The leg is closed, and why."""

    leg_id: Bytes16
    code: Code


class DirectConsent(_Payload, frozen=True, tag="direct_consent"):
    """The answer of one person to "Connect directly?"."""

    accept: bool


class Chat(_Payload, frozen=True, tag="chat"):
    """A line of chat."""

    message_id: Bytes16
    text: Annotated[str, Meta(min_length=1, max_length=4_096)]
    sent_at_ms: Milliseconds


class Reaction(_Payload, frozen=True, tag="reaction"):
    """A sign of feeling that passes; a reader shows those it knows and ignores others."""

    name: Word


class Hand(_Payload, frozen=True, tag="hand"):
    """The member's hand is up, or down again."""

    up: bool


class OnlySound(_Payload, frozen=True, tag="only_sound"):
    """In a direct call: the member takes no pictures now, so that none need be sent."""

    on: bool


class SasCommit(_Payload, frozen=True, tag="sas_commit"):
    """What its sender will reveal in this run of the emoji comparison; the first of a run starts it (spec/10-verification.md)."""

    run_id: Bytes16
    commitment: Bytes32


class SasReveal(_Payload, frozen=True, tag="sas_reveal"):
    """The nonce behind the commitment, once all commitments are in the log."""

    run_id: Bytes16
    nonce: Bytes32


class SasResult(_Payload, frozen=True, tag="sas_result"):
    """What the person said of the emoji; or that this device takes part in no more runs for now."""

    run_id: Bytes16
    outcome: Literal["match", "differ", "paused"]


# The host's orders (spec/5-group.md, Host). `order` is what counts: the host's signature is in it, and who carries it matters to marks only.
Order = Annotated[str, Meta(min_length=88, max_length=772, pattern=r"^[A-Za-z0-9_-]+$(?!\n)", description="b64u of a HostOrder")]


class HostMark(_Payload, frozen=True, tag="host"):
    """Proves that the sender's device is the host's."""

    order: Order


class OrderMute(_Payload, frozen=True, tag="order_mute"):
    """The host asks one member to mute."""

    order: Order


class OrderEnd(_Payload, frozen=True, tag="order_end"):
    """The host ends the call for everybody."""

    order: Order


class Farewell(_Payload, frozen=True, tag="bye"):
    """The member leaves."""


Payload = (
    Hello
    | MediaState
    | LegOffer
    | LegAnswer
    | LegCandidates
    | LegRestart
    | LegEnd
    | DirectConsent
    | Chat
    | Reaction
    | Hand
    | OnlySound
    | SasCommit
    | SasReveal
    | SasResult
    | HostMark
    | OrderMute
    | OrderEnd
    | Farewell
)
