"""Logs without addresses, names, SDP or ids; rooms appear as a hash under a key that dies with the process."""

import logging
import secrets
import sys
from hashlib import blake2b

import structlog

_ROOM_KEY = secrets.token_bytes(32)


def room_mark(room_id: bytes) -> str:
    """Tells lines of the same room together, within one run of the server."""
    return blake2b(room_id, key=_ROOM_KEY, digest_size=6).hexdigest()


def configure_logs(log_format: str, level: str) -> None:
    """Everything to standard error. uvicorn's own lines name client addresses below WARNING, so they begin there."""
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks if as_json else structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    for name in ("uvicorn", "uvicorn.error", "websockets", "asyncio", "sqlalchemy", "aiosqlite", "alembic"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
