"""Logs without addresses, names, SDP or ids; rooms appear as a hash under a key that dies with the process."""

import logging
import secrets
import sys
from collections.abc import Iterable
from hashlib import blake2b

import structlog

from incamera.control.events import Event

_log = structlog.get_logger("incamera.events")
# Where it failed, without the values that were there: those may be somebody's words or grant.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
_ROOM_KEY = secrets.token_bytes(32)


def room_mark(room_id: bytes) -> str:
    """Tells lines of the same room together, within one run of the server."""
    return blake2b(room_id, key=_ROOM_KEY, digest_size=6).hexdigest()


def log_events(events: Iterable[Event]) -> None:
    """One line for each thing that happened, once it is on disk."""
    for event in events:
        room = {} if event.room_id is None else {"room": room_mark(event.room_id)}
        _log.info(event.name.value, **room, **({"code": event.code} if event.code else {}))


def configure_logs(log_format: str, level: str) -> None:
    """Everything to standard error. uvicorn's own lines name client addresses below WARNING, so they begin there."""
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS if as_json else structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    foreign = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(foreign)
    logging.getLogger().handlers = [handler]
    for name in ("uvicorn", "uvicorn.error", "websockets", "asyncio", "sqlalchemy", "aiosqlite", "alembic"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
