"""Options that several commands share, and how flags become settings."""

import os
from collections.abc import Mapping
from dataclasses import asdict, field, fields, make_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from incamera.server.settings import Settings

AsJson = Annotated[bool, Parameter(name="--json", negative="", help="one line of JSON instead of words")]
ConfigFile = Annotated[Path | None, Parameter(name="--config", help="TOML file with settings", env_var="INCAMERA_CONFIG", show_env_var=True)]
DataDir = Annotated[str | None, Parameter(help="folder of the database")]

if TYPE_CHECKING:

    class SettingFlags:
        """Every setting as an optional flag."""

else:
    # Made from the settings themselves, so that none is forgotten and the help is the same everywhere. Secrets are no flags: everybody on this
    # computer can read a command line.
    SettingFlags = make_dataclass(
        "SettingFlags",
        [
            (one.name, Annotated[str | None, Parameter(help=one.metadata["help"], show_default=False)], field(default=None, kw_only=True))
            for one in fields(Settings)
            if one.name != "turn_secret"
        ],
        # Without a home of its own the class counts as a builtin type, which has no fields for cyclopts.
        namespace={"__module__": __name__},
    )

AllSettings = Annotated[SettingFlags | None, Parameter(name="*", group="Settings")]


def flags_of(flags: SettingFlags | None) -> dict[str, Any]:
    """What was given on the command line."""
    given: dict[str, Any] = asdict(flags) if flags is not None else {}  # type: ignore[call-overload]
    return {name: value for name, value in given.items() if value is not None}


def load_settings(config: Path | None, flags: Mapping[str, Any]) -> Settings:
    """Flags win over the environment, which wins over the file.

    Raises: LocalError local.settings, local.tls-required.
    """
    return Settings.load(config, os.environ, flags)
