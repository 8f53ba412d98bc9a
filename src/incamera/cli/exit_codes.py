"""0 good, 1 found wanting, 2 a mistake in the command or a setting, 3 something around us does not work."""

import os
import sys

from incamera.errors import IncameraError

_BY_BLAME = {"local": 2, "denied": 3, "unavailable": 3, "remote": 3, "integrity": 1}
_BY_CODE = {"local.port-taken": 3}


def exit_code_of(error: IncameraError) -> int:
    """The exit code for an error that ended the command."""
    return _BY_CODE.get(error.code, _BY_BLAME[error.blame])


def interrupted() -> int:
    """Ctrl-C; what is still in the pipe may have no reader."""
    _drop_output()
    return 130


def unread() -> int:
    """Whoever read our output has seen enough, as `head` does: not a mistake, and nothing to say to anybody."""
    _drop_output()
    return 141


def _drop_output() -> None:
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - until the process ends, which is now
