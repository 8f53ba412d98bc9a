"""A real server for the transcripts, started by its own command."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.transcript.transcripts import clean_environment


@dataclass(frozen=True)
class Serving:
    """A running `incamera serve`."""

    process: "subprocess.Popen[str]"
    said: dict[str, Any]
    data_dir: Path

    @property
    def origin(self) -> str:
        return str(self.said["address"])


def start_server(data_dir: Path, *options: str, **settings: str) -> "subprocess.Popen[str]":
    """On a free port of loopback."""
    words = [sys.executable, "-m", "incamera", "serve", "--port", "0", "--data-dir", str(data_dir), *options]
    return subprocess.Popen(words, env=clean_environment() | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    data_dir = tmp_path_factory.mktemp("data")
    with start_server(data_dir, "--json") as process:
        assert process.stdout is not None
        yield Serving(process, json.loads(process.stdout.readline()), data_dir)
        process.terminate()
        assert process.wait(20) == 0
        assert process.stdout.read() == ""
