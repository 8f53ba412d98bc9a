"""Spans of time as people write them: 90s, 15m, 12h, 7d, 2w."""

import re

from incamera.errors import LocalError

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
_SPAN = re.compile(r"([1-9][0-9]{0,8})([smhdw]?)")


def parse_duration(text: str, option: str, most_s: int) -> int:
    """Seconds; a number alone is seconds.

    Raises: LocalError local.settings.
    """
    span = _SPAN.fullmatch(text)
    seconds = int(span[1]) * _SECONDS[span[2] or "s"] if span else 0
    if not 1 <= seconds <= most_s:
        raise LocalError("local.settings", f"{option}: {text!r} is not a span such as 90s, 12h or 7d of at most {most_s // 86_400} days.")
    return seconds
