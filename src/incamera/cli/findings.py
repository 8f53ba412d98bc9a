"""What `incamera doctor` finds."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`mend` says what to do about it; empty when all is well. A note is worth knowing and no reason to fail."""

    check: str
    state: Literal["good", "note", "wanting"]
    words: str
    mend: str = ""


def good(check: str, words: str) -> Finding:
    """Nothing to do."""
    return Finding(check, "good", words)


def note(check: str, words: str, mend: str) -> Finding:
    """It works, and could be better."""
    return Finding(check, "note", words, mend)


def wanting(check: str, words: str, mend: str) -> Finding:
    """It must be mended."""
    return Finding(check, "wanting", words, mend)
