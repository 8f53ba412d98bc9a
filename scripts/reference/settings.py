"""Every setting, from the dataclass that reads them."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from scripts.reference.markdown import code, table

from incamera.server.settings import Settings

# Secrets are no flags: everybody on the computer can read a command line (cli/options.py).
WITHOUT_FLAG = frozenset({"turn_secret"})


def block() -> str:
    """One table, in the order of the code."""
    rows = [(code(one.name), code(f"INCAMERA_{one.name.upper()}"), _flag(one), code(_default(one)), _words(one)) for one in fields(Settings)]
    return table(("TOML", "environment", "flag", "default", "meaning"), rows)


def _flag(one: "Field[Any]") -> str:
    return "none" if one.name in WITHOUT_FLAG else code(f"--{one.name.replace('_', '-')}")


def _default(one: "Field[Any]") -> str:
    if one.default in (None, "", ()):
        return ""
    return one.default.as_posix() if isinstance(one.default, Path) else str(one.default)


def _words(one: "Field[Any]") -> str:
    words: str = one.metadata["help"]
    if one.metadata["low"] is not None:
        words += f" ({one.metadata['low']} to {one.metadata['high']})"
    if "tuple" in str(one.type):
        words += "; a list, in the environment and in flags with commas"
    return words
