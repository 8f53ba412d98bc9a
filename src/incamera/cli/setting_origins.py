"""Where each setting comes from: a variable, the file, or nowhere."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from incamera.server.setting_types import Secret
from incamera.server.settings import Settings

# Variables of commands, which are not the server's.
_OTHER_VARIABLES = frozenset({"INCAMERA_CONFIG", "INCAMERA_SERVER", "INCAMERA_API_KEY", "INCAMERA_API_KEY_FILE"})


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """`value` holds no secret; `origin` is a variable's name, a file's, or "default"."""

    name: str
    value: str | int | list[str] | None
    origin: str


def shown_settings(settings: Settings, config: Path | None, environment: Mapping[str, str]) -> list[ShownSetting]:
    """All settings as they are in force."""
    in_file = tomllib.loads(config.read_text("utf-8")) if config is not None else {}
    return [ShownSetting(one.name, _shown(getattr(settings, one.name)), _origin(one.name, in_file, config, environment)) for one in fields(settings)]


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """INCAMERA_* variables that nothing reads: typing errors, most often."""
    settings = {f"INCAMERA_{one.name.upper()}" for one in fields(Settings)}
    known = settings | {f"{name}_FILE" for name in settings} | _OTHER_VARIABLES
    return sorted(name for name in environment if name.startswith("INCAMERA_") and name not in known)


def _origin(name: str, in_file: Mapping[str, Any], config: Path | None, environment: Mapping[str, str]) -> str:
    variable = f"INCAMERA_{name.upper()}"
    for candidate in (variable, f"{variable}_FILE"):
        if candidate in environment:
            return candidate
    return str(config) if name in in_file else "default"


def _shown(value: object) -> str | int | list[str] | None:
    if isinstance(value, tuple):
        return ["(secret)" if isinstance(item, Secret) else str(item) for item in value]
    return value if value is None or isinstance(value, int) else str(value)
