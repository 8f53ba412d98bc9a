"""What commands say: tables of at most 80 columns, one JSON line with --json, errors on standard error. Colour only on a terminal."""

import json
import sys
from collections.abc import Sequence

from cyclopts import CycloptsError
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

from incamera.errors import IncameraError

WIDTH_MAX = 80
# Where a command has other advice than a page: it does not try again by itself, and it can be told another address.
_ADVICE = {"unavailable.server": "See that it runs, and that --server or INCAMERA_SERVER is its address.", "local.settings": ""}


def console(*, to_errors: bool = False) -> Console:
    """Wraps at 80 columns or at the terminal's edge, whichever comes first."""
    made = Console(stderr=to_errors, highlight=False, emoji=False)
    made.width = min(WIDTH_MAX, made.width) if made.is_terminal else WIDTH_MAX
    return made


def print_json(value: object) -> None:
    """One line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_whole(text: str) -> None:
    """A line that must not be wrapped, since people copy it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say(words: str, *, to_errors: bool = False) -> None:
    """Words in markup, wrapped."""
    _print_trimmed(words, to_errors=to_errors)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
    """`empty` is said instead of a table without rows."""
    if not rows:
        say(escape(empty))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    _print_trimmed(table)


def print_row(label: str, label_columns: int, words: str) -> None:
    """A label in markup and, from `label_columns` on, words in markup that wrap under themselves."""
    row = Table.grid()
    row.add_column(width=label_columns, no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(label, words)
    _print_trimmed(row)


def print_error(error: IncameraError, *, as_json: bool = False) -> None:
    """Code, what happened, what to do."""
    advice = _ADVICE.get(error.code, error.advice)
    if as_json:
        _error_line(error.code, error.title, error.detail, advice)
        return
    say(f"[bold red]{escape(error.title)}[/] [dim]({error.code})[/]", to_errors=True)
    for words in (error.detail, advice):
        if words:
            say(escape(words), to_errors=True)


def print_usage_error(error: CycloptsError, *, as_json: bool = False) -> None:
    """The command was not understood."""
    words = " ".join(word for word in (error.command_chain or ()) if not word.startswith("-"))
    title, advice = "The command was not understood.", f"See: incamera {words + ' ' if words else ''}--help"
    if as_json:
        _error_line("local.usage", title, str(error), advice)
        return
    say(f"[bold red]{title}[/] [dim](local.usage)[/]", to_errors=True)
    say(escape(str(error)), to_errors=True)
    say(escape(advice), to_errors=True)


def _print_trimmed(content: RenderableType, *, to_errors: bool = False) -> None:
    # Lines that wrap and tables end in spaces, which pipes and clipboards should not get.
    out = console(to_errors=to_errors)
    with out.capture() as captured:
        out.print(content)
    stream = sys.stderr if to_errors else sys.stdout
    stream.write("".join(line.rstrip() + "\n" for line in captured.get().splitlines()))
    stream.flush()


def _error_line(code: str, title: str, detail: str, advice: str) -> None:
    sys.stderr.write(json.dumps({"error": {"code": code, "title": title, "detail": detail, "advice": advice}}, ensure_ascii=False) + "\n")
