"""The newest entries of a room as they were sent, so that who joins an active room need not wait for the disk."""

from collections import deque

from incamera.control.limits import RECENT_CHARACTERS_MAX, RECENT_ENTRIES_MAX
from incamera.domain import b64u
from incamera.domain.entry import Entry
from incamera.protocol import messages
from incamera.protocol.codec import emit


class Recent:
    """An unbroken run of encoded entries up to the head. Bounds: 64 entries, 262,144 characters; the oldest go first."""

    __slots__ = ("_first", "_messages", "_size")

    def __init__(self) -> None:
        self._messages: deque[str] = deque()
        self._first = 0
        self._size = 0

    def add(self, seq: int, message: str) -> None:
        """The next entry; after a gap the run begins anew."""
        if seq != self._first + len(self._messages):
            self._messages.clear()
            self._first, self._size = seq, 0
        self._messages.append(message)
        self._size += len(message)
        while len(self._messages) > RECENT_ENTRIES_MAX or self._size > RECENT_CHARACTERS_MAX:
            self._size -= len(self._messages.popleft())
            self._first += 1

    def within(self, seqs: range) -> list[str] | None:
        """The entries with these numbers, or None when not all of them are here."""
        if not seqs or seqs.start < self._first or seqs.stop > self._first + len(self._messages):
            return None
        return [self._messages[seq - self._first] for seq in seqs]


def encode_entry(entry: Entry) -> str:
    """The `entry` message."""
    return emit(messages.Entry(entry.seq, entry.kind.wire_name, entry.epoch, entry.body, b64u.encode(entry.sender)))
