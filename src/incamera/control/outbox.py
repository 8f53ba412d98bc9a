"""What waits to go out on one socket: bounded in messages and bytes, first in, first out."""

from collections import deque

from incamera.control.limits import QUEUE_BYTES_MAX, QUEUE_MESSAGES_MAX, SEND_BYTES_MAX


class Outbox:
    """A queue that refuses rather than grows. Bounds: 1,024 messages or 8 MiB."""

    __slots__ = ("_size", "_waiting")

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._size = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, message: str) -> bool:
        """False when the message does not fit: the reader is too slow and the socket must be closed."""
        if len(self._waiting) >= QUEUE_MESSAGES_MAX or self._size + len(message) > QUEUE_BYTES_MAX:
            return False
        self._waiting.append(message)
        self._size += len(message)
        return True

    def take(self) -> list[str]:
        """The oldest messages, 256 KiB or one message at once."""
        taken: list[str] = []
        size = 0
        while self._waiting and (not taken or size + len(self._waiting[0]) <= SEND_BYTES_MAX):
            taken.append(self._waiting.popleft())
            size += len(taken[-1])
        self._size -= size
        return taken

    def clear(self) -> None:
        """Forgets everything that waits."""
        self._waiting.clear()
        self._size = 0
