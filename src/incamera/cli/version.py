"""`incamera version`."""

import platform

from incamera import __version__
from incamera.cli.options import AsJson
from incamera.cli.printing import print_json, print_whole


def version(*, as_json: AsJson = False) -> None:
    """Say which incamera this is."""
    if as_json:
        print_json({"version": __version__, "protocol": 1, "python": platform.python_version()})
    else:
        print_whole(f"incamera {__version__} (protocol 1, Python {platform.python_version()})")
