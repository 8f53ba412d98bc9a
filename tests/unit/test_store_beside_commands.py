"""A command that opens the database beside a running server lets the server keep its files."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

from incamera.adapters.store import Store

_OPENS_AND_CLOSES = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM rooms').fetchone(); c.close()"


async def _serve_beside(path: Path) -> bool:
    """Whether the write-ahead log of a store in use outlives a second store in its process and then a command in another."""
    store, second = Store(path), Store(path)
    await store.open()
    try:
        async with store.write() as writing:
            await writing.record([])
        await second.open()
        await second.close()
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", _OPENS_AND_CLOSES, str(path)], check=True)
        return path.with_name(path.name + "-wal").exists()
    finally:
        await store.close()


def test_a_command_beside_the_server_does_not_take_its_write_ahead_log(tmp_path: Path) -> None:
    path = tmp_path / "incamera.db"
    assert asyncio.run(_serve_beside(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)
