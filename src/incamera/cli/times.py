"""Times as commands show them."""

from datetime import UTC, datetime


def shown_time(seconds: float) -> str:
    """In UTC, to the minute."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
