"""The store: transactions on the SQLite file. kill -9 at any moment leaves what was committed, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from incamera.adapters.database import PLAIN, migrate, prepare_file, reading_engine, writing_engine
from incamera.adapters.log_writer import Change, LogWriter
from incamera.adapters.reading import Reading
from incamera.adapters.writing import Writing
from incamera.errors import UnavailableError


class Store:
    """Opened once per process; writers wait for each other, readers for nobody."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = writing_engine(path)
        self._reader = reading_engine(path)
        self._log = LogWriter(path)
        self._turn = asyncio.Lock()
        self._is_prepared = False

    def prepare(self) -> None:
        """Makes or migrates the file; once is enough.

        Raises: UnavailableError unavailable.storage, saying why.
        """
        if self._is_prepared:
            return
        try:
            prepare_file(self._path)
            migrate(self._path)
        except (OSError, SQLAlchemyError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not a database that can be written"
            raise UnavailableError("unavailable.storage", f"{self._path}: {why}.") from error
        except CommandError as error:
            raise UnavailableError("unavailable.storage", f"{self._path} was made by a newer version of incamera.") from error
        self._is_prepared = True

    async def open(self) -> None:
        """The same, without holding up the event loop."""
        await asyncio.to_thread(self.prepare)

    async def close(self) -> None:
        """Lets go of the file."""
        await self._reader.dispose()
        await self._writer.dispose()
        self._log.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reading]:
        """Raises: UnavailableError unavailable.storage."""
        try:
            async with self._reader.connect() as connection:
                yield Reading(connection)
        except SQLAlchemyError as error:
            raise UnavailableError("unavailable.storage") from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Writing]:
        """Commits at the end; an exception undoes everything.

        Raises: UnavailableError unavailable.storage.
        """
        try:
            async with self._turn, self._writer.begin() as connection:
                yield Writing(connection)
        except SQLAlchemyError as error:
            raise UnavailableError("unavailable.storage") from error

    async def append(self, changes: Sequence[Change]) -> None:
        """Entries of rooms' logs, all of them or none.

        Raises: UnavailableError unavailable.storage.
        """
        async with self._turn:
            await self._log.write(changes)

    async def forget_deleted(self) -> None:
        """Empties the write-ahead log, so that what was deleted is nowhere in the files."""
        async with self._turn, self._writer.connect() as connection:
            plain = await connection.execution_options(**{PLAIN: True})
            await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
