"""Reads transcripts, and runs them.

    # a comment
    $ incamera room create          a command; <name> stands for what an earlier line captured
    <link>                          its standard output, line by line; <name> captures, or must be what was captured before
    ! words                         its standard error
    ? 1                             its exit code, when it is not 0

A capture's pattern is that of its name up to the first "-": <room-old> and <room-new> are two rooms.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PATTERNS: Mapping[str, str] = {
    "room": r"[A-Za-z0-9_-]{22}",
    "link": r"http://127\.0\.0\.1:[0-9]+/r/[A-Za-z0-9_-]{22}#v1\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}",
    "host": r"http://127\.0\.0\.1:[0-9]+/r/[A-Za-z0-9_-]{22}#v1\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}",
    "key": r"ick_[A-Za-z0-9_-]{43}",
    "time": r"20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC",
    "number": r"[0-9]+",
    "words": r".+",
    "credential": r"[A-Za-z0-9+/]{27}=",
    "origin": r"http://127\.0\.0\.1:[0-9]+",
    "folder": r"/\S+",
}
_NAME = re.compile(r"<([a-z]+(?:-[a-z]+)?)>")


@dataclass
class Step:
    """One command and what is expected of it."""

    command: str
    out: list[str] = field(default_factory=list)
    error: list[str] = field(default_factory=list)
    code: int = 0


def parse(text: str) -> list[Step]:
    """Raises: ValueError for a line before the first command."""
    steps: list[Step] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:]))
        elif line.startswith("#") or (not line and not steps):
            continue
        elif not steps:
            raise ValueError(f"no command before {line!r}")
        elif line.startswith("! "):
            steps[-1].error.append(line[2:])
        elif line.startswith("? "):
            steps[-1].code = int(line[2:])
        else:
            steps[-1].out.append(line)
    return steps


def run(step: Step, known: dict[str, str], environment: Mapping[str, str], folder: Path) -> None:
    """Runs one step; `known` learns what it captures."""
    words = shlex.split(_NAME.sub(lambda found: shlex.quote(known[found[1]]), step.command))
    done = command(words, environment, folder)
    assert done.returncode == step.code, f"{step.command}: {done.stdout}{done.stderr}"
    _compare(step.command, step.out, done.stdout, known)
    _compare(step.command, step.error, done.stderr, known)


def command(words: list[str], environment: Mapping[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """`incamera …` in an environment without any setting but those given."""
    assert words[0] == "incamera"
    return subprocess.run(
        [sys.executable, "-m", *words],
        env={**clean_environment(), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """This process's, without settings of incamera and of terminals."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INCAMERA_") and name not in ("COLUMNS", "FORCE_COLOR")}
    return kept | {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src"), "PYTHONWARNINGS": "error"}


def _compare(said: str, expected: list[str], output: str, known: dict[str, str]) -> None:
    while expected and not expected[-1]:
        expected = expected[:-1]
    lines = output.rstrip("\n").split("\n") if output else []
    for number, want in enumerate(expected):
        assert number < len(lines), f"{said}: {want!r} is missing after {lines}"
        found = re.fullmatch(_pattern(want, known), lines[number])
        assert found, f"{said}:\n  expected {want!r}\n  but said {lines[number]!r}"
        known |= {name.replace("_", "-"): value for name, value in found.groupdict().items()}
    assert len(lines) == len(expected), f"{said}: nothing was expected after line {len(expected)}:\n" + "\n".join(lines[len(expected) :])


def _pattern(line: str, known: Mapping[str, str]) -> str:
    pattern, at, new = "", 0, set[str]()
    for found in _NAME.finditer(line):
        name = found[1]
        pattern += re.escape(line[at : found.start()])
        if name in known:
            pattern += re.escape(known[name])
        elif name in new:
            pattern += f"(?P={name.replace('-', '_')})"
        else:
            pattern += f"(?P<{name.replace('-', '_')}>{PATTERNS[name.partition('-')[0]]})"
            new.add(name)
        at = found.end()
    return pattern + re.escape(line[at:])
