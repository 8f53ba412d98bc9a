"""The one screen of `incamera serve`: address, link, QR code, what is on, how to stop."""

from pathlib import Path

from rich.markup import escape

from incamera import __version__
from incamera.cli.printing import console, print_row, print_whole
from incamera.cli.qr import print_qr
from incamera.cli.times import shown_time
from incamera.server.settings import Settings

_INDENT = 2
_LABEL_COLUMNS = 10


def print_ready(settings: Settings, origin: str, link: str | None, expires_at: int, warnings: list[str]) -> None:
    """`link` is None when the first room could not be made."""
    out = console()
    out.print()
    out.print(f"  [bold]incamera[/] {__version__} is ready.")
    out.print()
    _row("Address", f"{origin}  [dim]{_reach(settings)}[/]")
    if link is not None:
        _row("Room", f"for two people, until {shown_time(expires_at)}. Its key is in the link:")
        out.print()
        print_whole(" " * _INDENT + link)
        out.print()
        print_qr(out, link, _INDENT)
        out.print()
    _row("Sealed", "picture, sound, chat and call set-up. This server cannot listen.")
    _row("Relay", _relay(settings))
    if settings.relay == "own" and settings.is_private:
        _row("", "Firefox uses no relay on its own computer: take Chrome or Edge for both, or --turn off.")
    _row("Recording", "forbidden in this room")
    _row("Data", escape(_home_shown(settings.database_path)))
    for warning in warnings:
        _row("[yellow]Note[/]", escape(warning))
    out.print()
    out.print("  [bold]Ctrl-C[/] stops it. Links stay good; incamera room create makes more.")
    out.print()


def relay_word(settings: Settings) -> str:
    """For --json."""
    return settings.relay


def _row(label: str, words: str) -> None:
    print_row(" " * _INDENT + label, _INDENT + _LABEL_COLUMNS, words)


def _reach(settings: Settings) -> str:
    return "(this computer only)" if settings.is_private else "(rooms are made with an API key)"


def _relay(settings: Settings) -> str:
    match settings.relay:
        case "own":
            return "on, in this server: people never see each other's network address"
        case "external":
            return "on, another machine: people never see each other's network address"
        case "none":
            return "off: both people are asked before they connect directly"


def _home_shown(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
