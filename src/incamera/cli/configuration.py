"""`incamera config check|show`."""

import os
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from incamera.cli.options import AsJson, ConfigFile, load_settings
from incamera.cli.printing import print_error, print_json, print_table, say
from incamera.cli.setting_origins import shown_settings, unknown_variables
from incamera.errors import LocalError


def check_command(*, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Say whether a server would start with these settings."""
    try:
        load_settings(config, {})
    except LocalError as error:
        if as_json:
            print_json({"good": False, "code": error.code, "detail": error.detail or error.advice})
        else:
            print_error(error)
        return 1
    unknown = unknown_variables(os.environ)
    if as_json:
        print_json({"good": not unknown, "unknown_variables": unknown})
    elif unknown:
        say(f"Nothing reads {escape(', '.join(unknown))}. See the names with: incamera config show --origin", to_errors=True)
    else:
        say("The settings are good.")
    return 1 if unknown else 0


def show_command(
    *,
    origin: Annotated[bool, Parameter(negative="", help="also where each value comes from")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the settings as they are in force. Secrets are not shown."""
    shown = shown_settings(load_settings(config, {}), config, os.environ)
    if as_json:
        print_json({one.name: {"value": one.value, "origin": one.origin} if origin else one.value for one in shown})
        return
    rows = [(one.name, _words(one.value), one.origin) for one in shown]
    heads = ("Setting", "Value", "From")
    print_table(heads if origin else heads[:2], [row if origin else row[:2] for row in rows], "")


def _words(value: str | int | list[str] | None) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)
