"""The SQLite file: how it is opened, and brought to the newest version.

Two engines on one file: a single writing connection, whose transactions are BEGIN IMMEDIATE and synced to disk at commit, and a few
reading ones that see the last commit.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": "5000",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "temp_store": "MEMORY",
    "journal_size_limit": "16777216",
}
"""Of every connection."""
PLAIN = "incamera_plain"
"""Execution option: no transaction is begun (for PRAGMA wal_checkpoint)."""


def prepare_file(path: Path) -> None:
    """Makes the folder and the file, readable by this user only; SQLite gives its WAL the same mode.

    A file that is there is left alone: closing it would drop every lock that this process holds on it (POSIX), and another process that lets go of the
    database would then take itself for the last one and delete the WAL under us.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def writing_engine(path: Path) -> AsyncEngine:
    """One connection that takes the write lock when a transaction begins."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=1, max_overflow=0)
    _prepare(engine.sync_engine, "BEGIN IMMEDIATE")
    return engine


def reading_engine(path: Path) -> AsyncEngine:
    """Up to four connections that see the last commit."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=4, max_overflow=0)
    _prepare(engine.sync_engine, "BEGIN")
    return engine


def migrate(path: Path) -> None:
    """Takes every step that this file has not taken yet."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    _prepare(engine, "BEGIN IMMEDIATE")
    config = Config()
    config.set_main_option("script_location", "incamera.adapters:migrations")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()


def _prepare(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_now(connection: Connection) -> None:
        if not connection.get_execution_options().get(PLAIN):
            connection.exec_driver_sql(begin)
