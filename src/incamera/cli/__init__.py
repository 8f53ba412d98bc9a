"""The commands, and the only floor where a client and a server meet in one process."""

import sys
from typing import NoReturn

from incamera.cli.app import run


def main() -> NoReturn:
    """The command `incamera`."""
    sys.exit(run(sys.argv[1:]))


__all__ = ["main"]
