"""What a benchmark wants from a server that forwards."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from benches.sfu_load.generator import Generator

AUDIO, VIDEO = 0, 1
"""Contexts of spec/9."""


class Forwarder(Protocol):
    """A running server. Members are endpoints of the generator, by number."""

    pid: int
    address: str
    """Where endpoints have their sockets."""

    async def room(self, capacity: int) -> object:
        """Makes a room; what `join` wants to know of it."""

    async def join(self, generator: Generator, room: object, member: int, *, sends: bool) -> None:
        """A member. Others can watch what it sends when it is connected."""

    async def watch(self, generator: Generator, member: int, wanted: Sequence[tuple[int, int]]) -> None:
        """From now on the member receives these, each a member and a context."""

    async def stop(self) -> None:
        """Ends the server."""


def cpu_s(pid: int) -> float:
    """User and system time of all threads, as the scheduler counts it."""
    return sum(seconds for _, seconds in threads_s(pid))


def threads_s(pid: int) -> list[tuple[str, float]]:
    """The same by thread."""
    tasks = list(Path(f"/proc/{pid}/task").iterdir())
    return [((task / "comm").read_text().strip(), int((task / "schedstat").read_text().split()[0]) / 1e9) for task in tasks]


def resident_bytes(pid: int) -> int:
    """Memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
