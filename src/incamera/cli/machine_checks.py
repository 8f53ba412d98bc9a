"""What `incamera doctor` looks at on this computer: data folder, port, clock."""

import ctypes
import os
import shutil
import sqlite3
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from incamera.cli.findings import Finding, good, note, wanting
from incamera.cli.listening import listen
from incamera.errors import LocalError
from incamera.server.settings import Settings

_FREE_BYTES_MIN = 256 * 1_048_576
_RELEASED = 1_790_000_000
"""Seconds; this version did not exist before, so an earlier clock is wrong."""
_CLOCK_ERROR = 5


def check_data(settings: Settings) -> Finding:
    """The folder is ours to write, no one else's to read, has room, and its database is whole."""
    database = settings.database_path
    folder = database.parent
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return wanting(
            "data folder", f"{existing} is not a folder that this user may write to.", "Choose another with --data-dir, or change its owner."
        )
    free = shutil.disk_usage(existing).free
    if free < _FREE_BYTES_MIN:
        return wanting(
            "data folder", f"{existing} has {free // 1_048_576} MiB left.", "Free some space: the server refuses entries it can not store."
        )
    if not database.exists():
        return good("data folder", f"{folder} will be made when the server starts.")
    if database.stat().st_mode & 0o077:
        return wanting("data folder", f"Other users of this computer can read {database}.", f"chmod 600 {database}")
    trouble = _database_trouble(database)
    if trouble:
        return wanting("data folder", f"{database} is damaged: {trouble}.", "Stop the server and put the file back from a backup, or move it away.")
    return good("data folder", f"{database} is whole.")


def _database_trouble(database: Path) -> str:
    try:
        connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0)
        try:
            result = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        return str(error)
    return "" if result == ("ok",) else str(result[0])


def check_port(settings: Settings) -> Finding:
    """Free, or taken by incamera itself."""
    where = f"{settings.host} port {settings.port}"
    try:
        listen(settings).close()
    except LocalError as error:
        if error.code == "local.port-taken" and is_incamera(settings):
            return good("port", f"incamera already serves on {where}.")
        return wanting(
            "port",
            error.detail or error.title,
            "Stop what listens there, or choose another with --port." if "in use" in error.detail else error.advice,
        )
    return good("port", f"{where} is free.")


def is_incamera(settings: Settings) -> bool:
    """Whether incamera answers where these settings say."""
    scheme = "https" if settings.tls_cert else "http"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(settings.host, settings.host)  # noqa: S104 - where it is reached from here
    url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}/openapi.json"
    try:
        # The name in the certificate is not this address, and nothing is sent that matters. A public server answers to its own name only.
        with httpx2.Client(verify=False, trust_env=False, timeout=httpx2.Timeout(3.0)) as client:
            return bool(client.get(url, headers={"host": urlsplit(settings.origin()).netloc}).json()["info"]["title"] == "incamera")
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError):
        return False


def check_clock(now: float) -> Finding:
    """TURN credentials and admission depend on it within minutes."""
    if now < _RELEASED:
        return wanting("clock", "This computer's clock is before the release of this version.", "Set the clock: calls and credentials depend on it.")
    if _is_unsynchronised():
        return note("clock", "Nobody keeps this computer's clock right.", "Turn on time synchronisation, for example: timedatectl set-ntp true")
    return good("clock", "The clock is plausible.")


def _is_unsynchronised() -> bool:
    """What the kernel knows of it; False where it can not be asked."""
    if not sys.platform.startswith("linux"):
        return False
    question = (ctypes.c_byte * 512)()  # struct timex, with modes = 0: only asks
    try:
        return bool(ctypes.CDLL(None).adjtimex(ctypes.byref(question)) == _CLOCK_ERROR)
    except (OSError, AttributeError):
        return False
