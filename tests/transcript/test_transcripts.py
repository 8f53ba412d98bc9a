"""Every file of said/ is what the commands say, word for word."""

from pathlib import Path

import pytest

from tests.transcript.conftest import Serving
from tests.transcript.transcripts import Step, parse, run

SAID = sorted((Path(__file__).parent / "said").glob("*.txt"))


@pytest.mark.parametrize("said", SAID, ids=lambda path: path.stem)
def test_commands_say_what_the_transcript_says(said: Path, serving: Serving, tmp_path: Path) -> None:
    steps = parse(said.read_text("utf-8"))
    assert steps
    known = {"origin": serving.origin, "folder": str(tmp_path)}
    for step in steps:
        run(step, known, {"INCAMERA_SERVER": serving.origin, "INCAMERA_DATA_DIR": str(tmp_path)}, tmp_path)


def test_a_transcript_fails_when_a_command_says_something_else(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="but said"):
        run(Step("incamera version", ["incamera of tomorrow"]), {}, {}, tmp_path)
    with pytest.raises(AssertionError, match="nothing was expected"):
        run(Step("incamera version"), {}, {}, tmp_path)
    with pytest.raises(AssertionError):
        run(Step("incamera version", ["<words>"], code=1), {}, {}, tmp_path)
