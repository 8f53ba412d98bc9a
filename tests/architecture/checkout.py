"""The files of this checkout: what git tracks, and what is new and not ignored."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = frozenset({".py", ".ts", ".mjs", ".js", ".css", ".html", ".sh", ".rs"})


@cache
def files() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True).stdout
    return tuple(path for name in sorted(set(listed.decode().split("\0"))) if name and (path := ROOT / name).is_file())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    """The file as text; empty for what is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def code() -> tuple[Path, ...]:
    return tuple(path for path in files() if path.suffix in CODE or (path.parent.name in {"scripts", ".ci"} and not path.suffix))


def below(*folders: str, suffix: str) -> tuple[Path, ...]:
    return tuple(path for path in files() if path.suffix == suffix and any(name(path).startswith(f"{folder}/") for folder in folders))


def offenders(paths: tuple[Path, ...], pattern: re.Pattern[str], *, without_comments: bool = False) -> list[str]:
    """Every `file:line: text` in which the pattern occurs; tests at the end of a Rust page, or on their own page below it,
    are no part of what is searched.
    """
    found = []
    for path in paths:
        if path.suffix == ".rs" and path.name == "tests.rs":
            continue
        content = without_web_comments(text(path)) if without_comments else text(path)
        content = content.split("\n#[cfg(test)]\nmod tests {\n")[0] if path.suffix == ".rs" else content
        found += [f"{name(path)}:{number}: {line.strip()[:120]}" for number, line in enumerate(content.splitlines(), 1) if pattern.search(line)]
    return found


def without_web_comments(content: str) -> str:
    """TypeScript without comments; lines keep their numbers. Good enough for text in which no string holds a comment sign after a space."""
    blank = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), content, flags=re.DOTALL)
    return re.sub(r"(^|\s)//.*", r"\1", blank)
