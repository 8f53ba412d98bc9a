"""Entries of rooms' logs to the SQLite file: one thread, one connection, one hand-over for a whole batch.

What is committed here survives kill -9 at once (it is in the operating system's hands), and a loss of power with the next sync of the file, which any other
transaction of the store brings. A log outlives nobody's call: after a loss of power each client finds a head below what it has, and joins anew. Rooms, grants
and what was revoked are not written here.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from incamera.adapters.database import PRAGMAS
from incamera.domain.entry import Entry
from incamera.domain.identifiers import RoomId
from incamera.errors import UnavailableError

Change = tuple[RoomId, int, Sequence[Entry]]
"""A room, the oldest seq that it keeps, and its new entries."""

_PRAGMAS = {**PRAGMAS, "synchronous": "NORMAL"}
_ADD = "INSERT INTO entries (room_id, seq, sender, kind, epoch, body) VALUES "
_ROW = "(?, ?, ?, ?, ?, ?)"
_TRIM = "DELETE FROM entries WHERE room_id = ? AND seq < ?"


class LogWriter:
    """Opened with the first batch. The caller sees to it that nobody else writes meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, "log-writer")
        self._connection: sqlite3.Connection | None = None

    async def write(self, changes: Sequence[Change]) -> None:
        """All of it or nothing: writes entries and deletes what lies before each room's new start.

        Raises: UnavailableError unavailable.storage.
        """
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._write, changes)
        except sqlite3.Error as error:
            raise UnavailableError("unavailable.storage") from error

    def close(self) -> None:
        """Lets go of the file."""
        self._thread.submit(self._close).result()
        self._thread.shutdown()

    def _write(self, changes: Sequence[Change]) -> None:
        rows: list[object] = []
        for room_id, _start, numbered in changes:
            for entry in numbered:
                rows += (room_id, entry.seq, entry.sender, int(entry.kind), entry.epoch, entry.body)
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        try:
            # One statement for all rows: each step of SQLite gives up and takes back Python's lock, which under load costs milliseconds.
            connection.execute(_ADD + ", ".join([_ROW] * (len(rows) // _ROW.count("?"))), rows)
            for room_id, start, _numbered in changes:
                if start > 1:
                    connection.execute(_TRIM, (room_id, start))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None)
            for name, value in _PRAGMAS.items():
                self._connection.execute(f"PRAGMA {name}={value}")
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
