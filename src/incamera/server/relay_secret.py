"""The secret of our own relay, kept in the data folder so that credentials outlive a restart."""

import os
import secrets
from pathlib import Path

from incamera.control.limits import RELAY_SECRET_BYTES_MIN
from incamera.errors import UnavailableError
from incamera.server.settings import Settings

_FILE = "relay-secret"
_BYTES = 32


def relay_secrets(settings: Settings) -> tuple[str, ...]:
    """Those of the settings, else the one of the data folder, which is made when there is none.

    Raises: UnavailableError unavailable.storage when it can be neither read nor written.
    """
    if settings.turn_secret:
        return settings.turn_secret
    path = settings.database_path.parent / _FILE
    try:
        return (_read(path) or _make(path),)
    except OSError as error:
        raise UnavailableError("unavailable.storage", f"{path}: {error.strerror}.") from None


def _read(path: Path) -> str:
    try:
        found = path.read_text("utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
    return found if len(found) >= RELAY_SECRET_BYTES_MIN else ""


def _make(path: Path) -> str:
    """Whole or not at all: two that start at once end with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = secrets.token_urlsafe(_BYTES)
    draft = path.with_name(f"{_FILE}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(made + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        if kept := _read(path):
            return kept
        draft.replace(path)
    else:
        return made
    finally:
        draft.unlink(missing_ok=True)
    return made
