"""The SFU inside this server: who may have a leg to it, and who is told what becomes of it (spec/11-sfu.md)."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from incamera.adapters.media_node import MediaNode, NodeEvent, SfuEnded, SfuSlots, Wish
from incamera.control.grants import require
from incamera.control.limits import SFU_LEGS_MAX
from incamera.domain import b64u
from incamera.domain.grant import Grant, Scope
from incamera.domain.identifiers import ParticipantId, RoomId
from incamera.domain.room import Room, Topology
from incamera.errors import DeniedError, IncameraError, UnavailableError
from incamera.protocol import messages
from incamera.protocol.codec import emit
from incamera.server.own_node import OwnNode

_log = structlog.get_logger("incamera.sfu")

Tell = Callable[[RoomId, ParticipantId, str], None]
"""Gives a message to a participant, if its socket is there."""


@dataclass(frozen=True, slots=True)
class _Leg:
    room_id: RoomId
    participant_id: ParticipantId
    leg_id: str


class OwnSfu:
    """A socket that is lost ends no leg: media outlives it. Bounds: SFU_LEGS_MAX legs, one per participant."""

    def __init__(self, node: OwnNode, tell: Tell) -> None:
        self._node = node
        self._tell = tell
        self._legs: dict[str, _Leg] = {}
        node.hear(self._heard)

    async def offer(self, room: Room, grant: Grant, message: messages.SfuOffer) -> str:
        """The answer to the description of a new leg.

        Raises: DeniedError denied.topology, denied.scope; RemoteError remote.malformed; IntegrityError integrity.sdp; UnavailableError unavailable.sfu.
        """
        require(grant, Scope.PUBLISH)
        if room.topology is not Topology.GROUP:
            raise DeniedError("denied.topology")
        node = self._running()
        me = b64u.encode(grant.participant_id)
        if me not in self._legs and len(self._legs) >= SFU_LEGS_MAX:
            raise UnavailableError("unavailable.sfu", "Too many people are in calls.")
        self._legs[me] = _Leg(room.room_id, grant.participant_id, message.leg_id)
        try:
            return await node.sfu_offer(self._node.room_number(room.room_id), me, message.leg_id, message.sdp)
        except IncameraError:
            self._forget(me, message.leg_id)
            raise

    def subscribe(self, grant: Grant, message: messages.SfuSubscribe) -> None:
        """Raises: UnavailableError unavailable.sfu; RemoteError remote.malformed."""
        wishes = [Wish(wish.mid, wish.participant_id, wish.context, wish.height_max) for wish in message.slots]
        room = self._node.room_number(grant.room_id)
        self._running().sfu_subscribe(room, b64u.encode(grant.participant_id), message.leg_id, wishes)

    def has(self, grant: Grant, leg_id: str) -> bool:
        """Whether this is the participant's leg now: not after the SFU ended, or was another process."""
        leg = self._legs.get(b64u.encode(grant.participant_id))
        return leg is not None and leg.leg_id == leg_id

    def close(self, grant: Grant, leg_id: str | None = None) -> None:
        """Ends this participant's leg; with a `leg_id` only that one."""
        leg = self._legs.get(b64u.encode(grant.participant_id))
        if leg is not None and leg_id in (None, leg.leg_id):
            self._close(leg)

    def end_room(self, room_id: RoomId) -> None:
        """Ends everybody's of this room."""
        for leg in [leg for leg in self._legs.values() if leg.room_id == room_id]:
            self._close(leg)

    def _close(self, leg: _Leg) -> None:
        me = b64u.encode(leg.participant_id)
        self._forget(me, leg.leg_id)
        try:
            if self._node.running is not None:
                self._node.running.sfu_close(self._node.room_number(leg.room_id), me)
        except IncameraError as error:
            _log.warning("a leg ends late", code=error.code)

    def _running(self) -> MediaNode:
        if self._node.running is None:
            raise UnavailableError("unavailable.sfu")
        return self._node.running

    def _forget(self, participant: str, leg_id: str) -> None:
        leg = self._legs.get(participant)
        if leg is not None and leg.leg_id == leg_id:
            del self._legs[participant]

    def _heard(self, event: NodeEvent) -> None:
        match event:
            case SfuSlots(participant, leg_id, slots):
                carried = [messages.SfuSlot(mid, publisher, context) for mid, publisher, context in slots]
                self._say(participant, leg_id, emit(messages.SfuSlots(leg_id, carried)))
            case SfuEnded(participant, leg_id, reason):
                self._say(
                    participant, leg_id, emit(messages.SfuEnded(leg_id, "unavailable.internal" if reason == "panicked" else "unavailable.path"))
                )
                self._forget(participant, leg_id)
            case _:
                pass

    def _say(self, participant: str, leg_id: str, message: str) -> None:
        leg = self._legs.get(participant)
        if leg is not None and leg.leg_id == leg_id:
            self._tell(leg.room_id, leg.participant_id, message)
