"""What happened, as it is kept: no addresses, no names, no bodies, no secrets."""

from dataclasses import dataclass
from enum import StrEnum

from incamera.domain.identifiers import ParticipantId, RoomId


class EventName(StrEnum):
    """The vocabulary; only ever added to."""

    ROOM_OPENED = "room.opened"
    ROOM_CLOSED = "room.closed"
    ROOM_REKEYED = "room.rekeyed"
    ROOM_PURGED = "room.purged"
    LOG_PURGED = "log.purged"
    GRANT_ISSUED = "grant.issued"
    GRANT_REFUSED = "grant.refused"
    GRANT_REVOKED = "grant.revoked"
    PARTICIPANT_JOINED = "participant.joined"
    PARTICIPANT_LEFT = "participant.left"
    CREDENTIAL_ISSUED = "credential.issued"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"


@dataclass(frozen=True, slots=True)
class Event:
    """`code` says why, in a code of errors.json or a scope; nothing free-form."""

    name: EventName
    at: int
    room_id: RoomId | None = None
    participant_id: ParticipantId | None = None
    code: str = ""
