"""RFC 9605's own vectors lie beside the checkout, or where INCAMERA_SHARED_VECTORS says. Where they are absent their tests are left out, and that is said."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "vectors"
OFFICIAL = Path(os.environ.get("INCAMERA_SHARED_VECTORS", _BESIDE)) / "sframe" / "test-vectors.json"
_ABSENT = f"left out: tests of RFC 9605's official vectors, since {OFFICIAL} is absent (INCAMERA_SHARED_VECTORS names their folder)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if OFFICIAL.is_file():
        return
    official = [item for item in items if item.path.name == "test_official_sframe.py"]
    items[:] = [item for item in items if item not in official]
    config.hook.pytest_deselected(items=official)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not OFFICIAL.is_file():
        terminalreporter.write_line(_ABSENT)
