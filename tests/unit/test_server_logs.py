"""What a log line may hold."""

import pytest
import structlog

from incamera.server.logs import configure_logs


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_failure_is_logged_by_its_place_and_not_by_its_values(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(log_format, "info")
    log = structlog.get_logger("incamera.test")

    def fail(description: str) -> None:
        grant = "grant-" + description
        raise RuntimeError(f"{len(grant)} bytes")

    try:
        fail(str(10**9 + 7))
    except RuntimeError:
        log.exception("socket failed")
    said = capsys.readouterr().err
    assert "socket failed" in said
    assert "RuntimeError" in said
    assert "1000000007" not in said
