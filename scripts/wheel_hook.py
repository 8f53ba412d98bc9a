"""Puts the built web client into the wheel. An editable install has none: there the server reads `web/dist` of the checkout."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebClient(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises: FileNotFoundError when the client is not built; run `make build`."""
        if version == "editable":
            return
        built = Path(self.root) / "web" / "dist"
        if not (built / "integrity.json").is_file():
            message = f"the web client is not built: {built} has no integrity.json; run `make build`"
            raise FileNotFoundError(message)
        build_data["force_include"][str(built)] = "incamera/_web"
