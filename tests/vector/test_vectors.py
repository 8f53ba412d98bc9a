"""Each case of every vector file, made by either language, comes out exactly so in Python; each refused one is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.vector.generate import FOLDER, TOPICS, text_of
from tests.vector.verify import CHECKS

FILES = sorted(FOLDER.glob("*/*.json"))
LANGUAGES = ("python", "typescript")


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("topic", TOPICS)
def test_python_still_makes_the_vectors_that_it_gave_away(topic: str) -> None:
    assert (FOLDER / "python" / f"{topic}.json").read_text("utf-8") == text_of(topic), "run: python -m tests.vector.generate"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_says_who_made_it_and_what_it_is_about(path: Path) -> None:
    content = read(path)
    assert (content["made_by"], content["topic"]) == (path.parent.name, path.stem)
    assert content["made_by"] in LANGUAGES
    assert content["cases"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_case_comes_out_exactly_so(path: Path) -> None:
    check, _ = CHECKS[path.stem]
    for case in read(path)["cases"]:
        check(case)


@pytest.mark.parametrize("path", [path for path in FILES if read(path)["refused"]], ids=name_of)
def test_everything_that_must_be_refused_is_refused(path: Path) -> None:
    _, check = CHECKS[path.stem]
    for case in read(path)["refused"]:
        check(case)


def test_both_languages_made_vectors() -> None:
    """Otherwise a mistake that one language makes twice would look right."""
    assert {path.parent.name for path in FILES} == set(LANGUAGES)
