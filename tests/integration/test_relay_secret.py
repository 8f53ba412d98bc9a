"""The secret of our own relay in the data folder: kept, alone readable by its user, and one only."""

import subprocess
import sys
from pathlib import Path

import pytest

from incamera.errors import UnavailableError
from incamera.server.relay_secret import relay_secrets
from incamera.server.setting_types import Secret
from incamera.server.settings import Settings

_START = "import sys; from pathlib import Path; from incamera.server import relay_secret as r; from incamera.server.settings import Settings; "
_PRINT = "print(r.relay_secrets(Settings(data_dir=Path(sys.argv[1])))[0])"


def secret_of(folder: Path) -> str:
    (secret,) = relay_secrets(Settings(data_dir=folder))
    return secret


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_it_is_made_once_and_read_by_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = secret_of(folder)
    assert len(first) >= 43
    assert secret_of(folder) == first
    assert files(folder) == ["relay-secret"]
    assert (folder / "relay-secret").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o077 == 0
    assert secret_of(tmp_path / "other") != first


def test_secrets_of_the_settings_come_first_and_nothing_is_written(tmp_path: Path) -> None:
    given = (Secret("a secret of sixteen"), Secret("and an older one of it"))
    assert relay_secrets(Settings(data_dir=tmp_path, turn_secret=given)) == given
    assert files(tmp_path) == []


@pytest.mark.parametrize("damaged", [b"", b"short\n", b"\xff\xfe\x00" * 20, b" " * 60])
def test_a_damaged_one_is_replaced(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "relay-secret").write_bytes(damaged)
    (tmp_path / "relay-secret").chmod(0o644)
    made = secret_of(tmp_path)
    assert len(made) >= 43
    assert secret_of(tmp_path) == made
    assert files(tmp_path) == ["relay-secret"]
    assert (tmp_path / "relay-secret").stat().st_mode & 0o777 == 0o600


def test_many_that_start_at_once_end_with_the_same_one(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    # They wait for each other on standard input, so that all come at the same moment.
    words = [sys.executable, "-c", _START + "sys.stdin.read(); " + _PRINT, str(folder)]
    started = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    for one in started:
        assert one.stdin is not None
        one.stdin.close()
    said = {one.stdout.read() for one in started if one.stdout is not None}
    assert [one.wait(20) for one in started] == [0] * len(started)
    for one in started:
        if one.stdout is not None:
            one.stdout.close()
    assert said == {secret_of(folder) + "\n"}
    assert files(folder) == ["relay-secret"]


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError) as told:
        secret_of(tmp_path / "file" / "data")
    assert told.value.code == "unavailable.storage"
    assert "relay-secret" in told.value.detail
