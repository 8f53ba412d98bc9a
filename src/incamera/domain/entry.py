"""Entries of a room's log: what a participant wants appended, and what has got its number."""

from dataclasses import dataclass
from enum import IntEnum

from incamera.domain.identifiers import ParticipantId


class EntryKind(IntEnum):
    """The logged kinds with their numbers (spec/4-log.md)."""

    GENESIS = 1
    JOIN = 2
    COMMIT = 3
    WELCOME = 4
    APPLICATION = 5
    REFUSAL = 6

    @property
    def wire_name(self) -> str:
        """The name in messages."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry without a number. `body` is b64u of an envelope, opaque to the server."""

    sender: ParticipantId
    kind: EntryKind
    epoch: int
    body: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered entry."""

    seq: int
    sender: ParticipantId
    kind: EntryKind
    epoch: int
    body: str
