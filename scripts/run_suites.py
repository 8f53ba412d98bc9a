"""Runs the test suites and ends with one line per suite.

Python, web and Rust run side by side, since each leaves a core idle now and then; e2e follows alone, since browsers need both cores.
A suite that runs no test, or skips one, has failed: a test that did not run shows nothing.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

CHECKOUT = Path(__file__).resolve().parents[1]
REPORTS = CHECKOUT / ".cache" / "reports"
BIN = CHECKOUT / ".venv" / "bin"
VITEST = (str(BIN / "node"), "node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=junit")


@dataclass(frozen=True)
class Suite:
    name: str
    command: tuple[str, ...]
    limit_s: int
    alone: bool = False

    @property
    def report(self) -> Path:
        return REPORTS / f"{self.name}.xml"

    @property
    def output(self) -> Path:
        return REPORTS / f"{self.name}.txt"


SUITES = (
    Suite("python", (str(BIN / "python"), "-m", "pytest", "--numprocesses=2", f"--junitxml={REPORTS / 'python.xml'}"), limit_s=600),
    Suite("web", (*VITEST, f"--outputFile.junit={REPORTS / 'web.xml'}"), limit_s=600),
    Suite("rust", ("scripts/cargo", "test", "--locked", "--workspace"), limit_s=900),
    Suite("e2e", (*VITEST, "--config=vitest.e2e.config.ts", f"--outputFile.junit={REPORTS / 'e2e.xml'}"), limit_s=3_000, alone=True),
)


@dataclass(frozen=True)
class Outcome:
    passed: int
    failed: int
    skipped: int
    exit_code: int

    @property
    def good(self) -> bool:
        return self.exit_code == 0 and self.passed > 0 and self.failed == 0 and self.skipped == 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


def start(suite: Suite, output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    suite.report.unlink(missing_ok=True)
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "CI": "true"}
    return subprocess.Popen(suite.command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)


def wait(suite: Suite, process: subprocess.Popen[bytes], began_s: float) -> int:
    try:
        return process.wait(timeout=max(1.0, began_s + suite.limit_s - time.monotonic()))
    except subprocess.TimeoutExpired:
        print(f"{suite.name}: still running after {suite.limit_s} s; stopped", flush=True)
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return 124


def counted_in_report(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped in a JUnit file."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own runners' reports
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def counted_in_output(output: Path) -> tuple[int, int, int]:
    """Passed, failed and ignored in the closing lines of cargo's test programs, which write no report."""
    lines = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;", output.read_text(errors="replace"), re.MULTILINE)
    passed, failed, ignored = (sum(int(line[column]) for line in lines) for column in range(3))
    return passed, failed, ignored


def read(suite: Suite, exit_code: int) -> Outcome:
    passed = failed = skipped = 0
    if suite.name == "rust":
        passed, failed, skipped = counted_in_output(suite.output)
    elif suite.report.exists():
        passed, failed, skipped = counted_in_report(suite.report)
    if exit_code != 0 and failed == 0:
        failed = 1  # it broke outside any test
    return Outcome(passed, failed, skipped, exit_code)


def run_together(suites: list[Suite]) -> dict[str, Outcome]:
    began_s = time.monotonic()
    running: list[tuple[Suite, subprocess.Popen[bytes]]] = []
    for suite in suites:
        with suite.output.open("wb") as output:
            running.append((suite, start(suite, output)))
    outcomes = {}
    for suite, process in running:
        exit_code = wait(suite, process, began_s)
        print(f"\n== {suite.name}\n{suite.output.read_text(errors='replace')}", flush=True)
        outcomes[suite.name] = read(suite, exit_code)
    return outcomes


def run_alone(suite: Suite) -> Outcome:
    print(f"\n== {suite.name}", flush=True)
    return read(suite, wait(suite, start(suite, None), time.monotonic()))


def main(names: list[str]) -> int:
    chosen = [suite for suite in SUITES if not names or suite.name in names]
    if unknown := set(names) - {suite.name for suite in SUITES}:
        print(f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(suite.name for suite in SUITES)}", file=sys.stderr)
        return 2
    REPORTS.mkdir(parents=True, exist_ok=True)
    outcomes = run_together([suite for suite in chosen if not suite.alone])
    outcomes |= {suite.name: run_alone(suite) for suite in chosen if suite.alone}
    print()
    for name, outcome in outcomes.items():
        print(f"{name}: {outcome}")
    every = outcomes.values()
    print(f"total: {sum(o.passed for o in every)} passed, {sum(o.failed for o in every)} failed")
    return 0 if all(outcome.good for outcome in every) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
