"""What commands say: tables of at most 80 columns, one JSON line with --json, errors on standard error. Colour only on a terminal."""

import json
import sys
from collections.abc import Sequence

from cyclopts import CycloptsError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from incamera.errors import IncameraError

WIDTH_MAX = 80


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


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
    """`empty` is said instead of a table without rows."""
    if not rows:
        console().print(escape(empty))
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


def _print_trimmed(table: Table) -> None:
    # Tables fill their last column with spaces, which pipes and clipboards should not get.
    out = console()
    with out.capture() as captured:
        out.print(table)
    print_whole("\n".join(line.rstrip() for line in captured.get().splitlines()))


def print_error(error: IncameraError, *, as_json: bool = False) -> None:
    """Code, what happened, what to do."""
    if as_json:
        _error_line(error.code, error.title, error.detail, error.advice)
        return
    out = console(to_errors=True)
    out.print(f"[bold red]{escape(error.title)}[/] [dim]({error.code})[/]")
    if error.detail:
        out.print(escape(error.detail))
    if error.advice != "See the detail.":
        out.print(escape(error.advice))


def print_usage_error(error: CycloptsError, *, as_json: bool = False) -> None:
    """The command was not understood."""
    words = " ".join(word for word in (error.command_chain or ()) if not word.startswith("-"))
    advice = f"See: incamera {words + ' ' if words else ''}--help"
    if as_json:
        _error_line("local.usage", "The command was not understood.", str(error), advice)
        return
    out = console(to_errors=True)
    out.print("[bold red]The command was not understood.[/] [dim](local.usage)[/]")
    out.print(escape(str(error)))
    out.print(escape(advice))


def _error_line(code: str, title: str, detail: str, advice: str) -> None:
    sys.stderr.write(json.dumps({"error": {"code": code, "title": title, "detail": detail, "advice": advice}}, ensure_ascii=False) + "\n")
