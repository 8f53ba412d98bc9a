"""A grant: what one participant may do in one room."""

from dataclasses import dataclass
from enum import StrEnum

from incamera.domain.identifiers import GrantHash, ParticipantId, RoomId


class Scope(StrEnum):
    """What a grant allows."""

    PUBLISH = "publish"
    MODERATE = "moderate"


@dataclass(frozen=True, slots=True)
class Grant:
    """The server's half: the bearer secret itself is with the participant. Times in seconds."""

    grant_hash: GrantHash
    room_id: RoomId
    participant_id: ParticipantId
    scopes: frozenset[Scope]
    issued_at: int
    expires_at: int
