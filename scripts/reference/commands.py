"""Every command and its options, asked of the very application that reads them."""

from collections.abc import Iterator
from dataclasses import fields

from cyclopts import App
from cyclopts.argument import Argument
from scripts.reference.markdown import code, table

from incamera.cli.app import build_app
from incamera.server.settings import Settings

_SETTINGS = frozenset(f"--{one.name.replace('_', '-')}" for one in fields(Settings))


def block() -> str:
    """One section for each command."""
    return "\n\n".join(_section(words, app) for words, app in every_command())


def every_command() -> Iterator[tuple[tuple[str, ...], App]]:
    """The words of each command and what reads its options; groups of commands are passed over."""
    root = build_app()
    for name in _names(root):
        inner = list(_names(root[name]))
        if inner:
            yield from (((name, word), root[name][word]) for word in inner)
        else:
            yield (name,), root[name]


def _names(app: App) -> Iterator[str]:
    return (name for name in app if not name.startswith("-"))


def _section(words: tuple[str, ...], app: App) -> str:
    arguments = [one for one in app.assemble_argument_collection() if one.show]
    takes_settings = any(one.parse and one.names == ("--tls-cert",) for one in arguments)
    shown = [one for one in arguments if not (takes_settings and one.names[0] in _SETTINGS)]
    usage = " ".join(("incamera", *words, *(_place(one) for one in shown if one.required)))
    parts = [f"### incamera {' '.join(words)}", str(app.help), f"```\n{usage} [OPTIONS]\n```"]
    parts.append(table(("option", "default", "meaning"), [_row(one) for one in shown]))
    if takes_settings:
        parts.append("Every setting is an option too, but for secrets: see [settings](settings.md).")
    return "\n\n".join(parts)


def _place(one: Argument) -> str:
    return one.names[0].removeprefix("--").upper()


def _row(one: Argument) -> tuple[str, str, str]:
    names = _place(one) if one.required else ", ".join(code(name) for name in one.names)
    words = one.parameter.help or ""
    if choices := one.get_choices():
        words += f" ({', '.join(choices)})"
    variables = one.parameter.env_var or ()
    if variables:
        words += f"; environment: {', '.join(code(name) for name in variables)}"
    default = one.field_info.default
    is_shown = not one.required and default is not None and not isinstance(default, bool)
    return names, code(str(default)) if is_shown else "", words
