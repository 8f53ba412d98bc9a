"""Fills every marked place of docs/ and says what changed.

<!-- made: settings -->
…what scripts/reference makes…
<!-- /made -->
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.reference import commands, errors, kept, metrics, routes, settings

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCKS: Mapping[str, Callable[[], str]] = {
    "commands": commands.block,
    "errors": errors.block,
    "events": kept.events_block,
    "metrics": metrics.block,
    "relaynumbers": metrics.relay_block,
    "routes": routes.block,
    "settings": settings.block,
    "tables": kept.tables_block,
}
_PLACE = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- /made -->)", re.DOTALL)


def filled(text: str) -> str:
    """The page with each marked place made anew.

    Raises: KeyError for a place that nothing fills.
    """
    return _PLACE.sub(lambda place: f"{place[1]}{BLOCKS[place[2]]()}\n{place[3]}", text)


def pages() -> list[Path]:
    """Those that have a marked place."""
    return [path for path in sorted(DOCS.rglob("*.md")) if _PLACE.search(path.read_text("utf-8"))]


def stale() -> list[Path]:
    """Pages that say something else than the code."""
    return [path for path in pages() if filled(path.read_text("utf-8")) != path.read_text("utf-8")]


def main(words: list[str]) -> int:
    if words not in ([], ["--check"]):
        print("usage: python -m scripts.reference [--check]", file=sys.stderr)
        return 2
    changed = stale()
    for path in changed:
        print(f"docs/{path.relative_to(DOCS)} is out of date: python -m scripts.reference" if words else f"docs/{path.relative_to(DOCS)}")
        if not words:
            path.write_text(filled(path.read_text("utf-8")), "utf-8")
    return 1 if words and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
