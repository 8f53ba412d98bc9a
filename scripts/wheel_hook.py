"""Puts the built web client and the built extension module into the wheel, and says in the wheel's name where it runs.

An editable install has neither: there the server reads `web/dist` of the checkout, and Python finds `src/incamera/_native.abi3.so` itself.
"""

import os
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def platform_tag() -> str:
    """This machine's, by its C library: a wheel that was linked against glibc 2.36 runs on 2.36 and newer. Source: PEP 600."""
    machine = sysconfig.get_platform().rpartition("-")[2]
    library, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    if library != "glibc":
        message = "a wheel is built on Linux with glibc"
        raise RuntimeError(message)
    return f"manylinux_{version.replace('.', '_')}_{machine}"


class Built(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises: FileNotFoundError when client or module is not built; run `make build`."""
        if version == "editable":
            return
        root = Path(self.root)
        for needed in (root / "web" / "dist" / "integrity.json", root / "src" / "incamera" / "_native.abi3.so"):
            if not needed.is_file():
                message = f"not built: {needed} is missing; run `make build`"
                raise FileNotFoundError(message)
        build_data["force_include"][str(root / "web" / "dist")] = "incamera/_web"
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{platform_tag()}"
