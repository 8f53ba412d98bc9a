"""A room as the server knows it."""

from dataclasses import dataclass
from enum import StrEnum

from incamera.domain.identifiers import AccessHash, RoomId


class Topology(StrEnum):
    """How media travels."""

    DIRECT = "direct"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Room:
    """Topology, capacity and expires_at are for the server's own limits; members believe the sealed policy only. Times in seconds."""

    room_id: RoomId
    access_hash: AccessHash
    host_public_key: bytes
    sealed_policy: str
    topology: Topology
    capacity: int
    created_at: int
    expires_at: int
    ended_at: int | None = None

    def is_over(self, now: float) -> bool:
        """Closed or expired: nobody joins any more."""
        return self.ended_at is not None or now >= self.expires_at
