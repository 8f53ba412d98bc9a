"""All commands in one place. Each is imported when it is used, so that `--help` and `version` need no server."""

from collections.abc import Sequence

from cyclopts import App, CycloptsError

from incamera import __version__
from incamera.cli.exit_codes import exit_code_of, interrupted
from incamera.cli.printing import print_error, print_usage_error
from incamera.errors import IncameraError, LocalError

_COMMANDS = {
    "room": ("Make, list and close rooms.", ("create", "list", "close")),
    "turn": ("Credentials and configuration of a relay.", ("credentials", "config")),
    "keys": ("API keys, with which rooms are made from other computers.", ("create", "list", "revoke")),
    "config": ("Settings, and where each comes from.", ("check", "show")),
}
_MODULES = {"room": "rooms", "turn": "relay", "keys": "api_keys", "config": "configuration"}


def build_app() -> App:
    """The tree of commands."""
    app = App(
        name="incamera",
        help="A calling service whose own server cannot listen.",
        version=__version__,
        version_flags=["--version"],
        result_action="return_value",
        suppress_keyboard_interrupt=False,
        exit_on_error=False,
        print_error=False,
        help_format="plaintext",
    )
    app.command("incamera.cli.serve:serve", name="serve")
    for group, (about, names) in _COMMANDS.items():
        branch = App(name=group, help=about)
        for name in names:
            branch.command(f"incamera.cli.{_MODULES[group]}:{name}_command", name=name)
        app.command(branch)
    app.command("incamera.cli.doctor:doctor", name="doctor")
    app.command("incamera.cli.version:version", name="version")
    return app


def run(words: Sequence[str]) -> int:
    """One command; its exit code. A mistake of a person is a few words on standard error, never a traceback."""
    as_json = "--json" in words
    try:
        code = build_app()(list(words))
    except CycloptsError as error:
        print_usage_error(error, as_json=as_json)
        return 2
    except IncameraError as error:
        print_error(error, as_json=as_json)
        return exit_code_of(error)
    except OSError as error:
        print_error(LocalError("local.settings", _words_of(error)), as_json=as_json)
        return 3
    except KeyboardInterrupt:
        return interrupted()
    return code if isinstance(code, int) else 0


def _words_of(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."
