"""All commands in one place. Each is imported when it is used, so that `--help` and `version` need no server."""

from collections.abc import Mapping, Sequence

from cyclopts import App, CycloptsError

from incamera import __version__
from incamera.cli.exit_codes import exit_code_of, interrupted, unread
from incamera.cli.printing import print_error, print_usage_error
from incamera.errors import IncameraError, LocalError

# Each command's module, function and one line of help: the line stands here so that a list of commands imports none of them.
_COMMANDS = {
    "serve": ("serve:serve", "Serve until Ctrl-C, with a first room to share."),
    "doctor": ("doctor:doctor", "Check everything a server needs, and say how to mend what is wrong."),
    "version": ("version:version", "Say which incamera this is."),
}
_GROUPS = {
    "room": (
        "Make, list and close rooms.",
        {
            "create": ("rooms:create_command", "Make a room and print its links."),
            "list": ("rooms:list_command", "List the rooms of a server, as far as it knows them."),
            "close": ("rooms:close_command", "Close a room for good; everybody in it is told."),
        },
    ),
    "turn": (
        "Credentials and configuration of a relay.",
        {
            "credentials": ("relay:credentials_command", "Make credentials for the relay of the settings, as calls get them."),
            "config": ("relay:config_command", "Print a hardened configuration for coturn."),
        },
    ),
    "keys": (
        "API keys, with which rooms are made from other computers.",
        {
            "create": ("api_keys:create_command", "Make an API key. It is shown this once."),
            "list": ("api_keys:list_command", "List the API keys by name."),
            "revoke": ("api_keys:revoke_command", "Make an API key worthless, at once."),
        },
    ),
    "config": (
        "Settings, and where each comes from.",
        {
            "check": ("configuration:check_command", "Say whether a server would start with these settings."),
            "show": ("configuration:show_command", "Show the settings as they are in force."),
        },
    ),
}


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
    _add(app, _COMMANDS)
    for name, (about, commands) in _GROUPS.items():
        group = App(name=name, help=about)
        _add(group, commands)
        app.command(group)
    return app


def _add(app: App, commands: Mapping[str, tuple[str, str]]) -> None:
    for name, (place, about) in commands.items():
        app.command(f"incamera.cli.{place}", name=name, help=about)


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
    except BrokenPipeError:
        return unread()
    except OSError as error:
        print_error(LocalError("local.settings", _words_of(error)), as_json=as_json)
        return 3
    except KeyboardInterrupt:
        return interrupted()
    return code if isinstance(code, int) else 0


def _words_of(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."
