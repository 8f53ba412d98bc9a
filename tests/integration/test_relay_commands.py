"""What the commands say of our own relay: `serve`, `doctor`, `turn credentials`, `config show`."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from incamera.cli import own_relay_check
from incamera.cli.app import run
from incamera.cli.doctor import examine
from incamera.cli.findings import Finding
from incamera.cli.own_relay_check import moved
from incamera.server import relay_places
from incamera.server.run import make_server
from incamera.server.settings import Settings
from tests.integration.turn_client import TurnClient
from tests.transcript.transcripts import clean_environment, command

PATIENCE_S = 30


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INCAMERA_TURN", "INCAMERA_TURN_PORT", "INCAMERA_DATA_DIR", "INCAMERA_TURN_SECRET"):
        monkeypatch.delenv(name, raising=False)


def free_port() -> int:
    """Free for UDP and TCP, with nothing said about the next moment."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            probe.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                other.bind(probe.getsockname())
                return int(probe.getsockname()[1])


@contextlib.contextmanager
def taken() -> Iterator[int]:
    """A UDP port of something that never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[Settings]:
    """A server on a thread, and its settings with the port that it has."""
    origins: list[str] = []
    ready = threading.Event()

    def tell(origin: str) -> None:
        origins.append(origin)
        ready.set()

    server = make_server(settings, tell)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(PATIENCE_S)
        yield settings.with_changes(port=int(origins[0].rsplit(":", 1)[1]))
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


def of_the_relay(settings: Settings) -> list[Finding]:
    return [finding for finding in examine(settings, 1_900_000_000.0) if finding.check == "relay"]


def test_doctor_asks_the_relay_that_serves(tmp_path: Path) -> None:
    port = free_port()
    with serving(Settings(port=0, data_dir=tmp_path, turn_port=port, log_level="error")) as settings:
        found = of_the_relay(settings)
    assert [finding.state for finding in found] == ["good", "good"]
    assert f"turn:127.0.0.1:{port}?transport=udp answers" in found[0].words
    assert f"turn:127.0.0.1:{port}?transport=tcp answers" in found[1].words


def test_doctor_asks_over_tls_by_the_public_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    made = authority.issue_cert("localhost")
    made.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")
    for name, one in (("authority", authority), ("stranger", stranger)):
        one.cert_pem.write_to_path(tmp_path / f"{name}.pem")
    port, tls_port = free_port(), free_port()
    settings = Settings(
        port=0, public_url="https://localhost", tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem", data_dir=tmp_path,
        turn_port=port, turn_tls_port=tls_port, log_level="error",
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    found = of_the_relay(settings)
    assert [finding.state for finding in found] == ["good", "good", "good"]
    assert f"turns:localhost:{tls_port}?transport=tcp answers" in found[2].words
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "stranger.pem"))
    found = of_the_relay(settings)
    assert [finding.state for finding in found] == ["good", "good", "wanting"]
    assert "certificate" in found[2].words


def test_doctor_notices_a_relay_that_has_another_secret(tmp_path: Path) -> None:
    port = free_port()
    with serving(Settings(port=0, data_dir=tmp_path / "one", turn_port=port, log_level="error")) as settings:
        found = of_the_relay(settings.with_changes(data_dir=tmp_path / "two"))
    assert [finding.state for finding in found] == ["wanting", "wanting"]
    assert "credentials" in found[0].words
    assert "--turn-port" in found[0].mend


def test_doctor_starts_a_relay_for_the_moment_when_no_server_runs(tmp_path: Path) -> None:
    settings = Settings(port=free_port(), data_dir=tmp_path, turn_port=free_port())
    assert [finding.state for finding in of_the_relay(settings)] == ["good", "good"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as after:
        after.bind(("127.0.0.1", settings.turn_port))


def test_doctor_says_who_is_in_the_way_of_the_relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as port:
        (found,) = of_the_relay(Settings(port=free_port(), data_dir=tmp_path, turn_port=port))
        assert found.state == "wanting"
        assert str(port) in found.words
        assert "--turn-port" in found.mend
        monkeypatch.setattr(relay_places, "_PORT", port)
        *good, moved_note = of_the_relay(Settings(port=free_port(), data_dir=tmp_path))
    assert [finding.state for finding in good] == ["good", "good"]
    assert moved_note.state == "note"
    assert f"instead of turn:127.0.0.1:{port}" in moved_note.words


def test_doctor_notices_a_relay_that_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_relay_check, "is_incamera", lambda _settings: True)
    monkeypatch.setattr("incamera.cli.relay_socket._WAITS_S", (0.01,))
    with taken() as port:
        found = of_the_relay(Settings(port=free_port(), data_dir=tmp_path, turn_port=port))
    assert [finding.state for finding in found] == ["wanting", "wanting"]
    assert "No answer" in found[0].words
    assert "No connection" in found[1].words
    assert all("firewall" in finding.mend for finding in found)


def test_doctor_says_that_a_relay_is_off(tmp_path: Path) -> None:
    (found,) = of_the_relay(Settings(port=free_port(), data_dir=tmp_path, turn="off"))
    assert (found.state, found.words) == ("note", "Off: people are asked before they connect directly.")


def test_a_relay_with_its_usual_ports_is_not_worth_a_word() -> None:
    assert moved(Settings(), ["turn:127.0.0.1:3478?transport=udp", "turn:127.0.0.1:3478?transport=tcp"]) == ""
    assert "turn:127.0.0.1:9?transport=udp instead of turn:127.0.0.1:3478" in moved(Settings(), ["turn:127.0.0.1:9?transport=udp"])
    assert moved(Settings(turn_port=9), ["turn:127.0.0.1:9?transport=udp"]) == ""


def test_credentials_by_hand_are_those_of_the_relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    for name, value in (("INCAMERA_DATA_DIR", str(tmp_path)), ("INCAMERA_TURN_PORT", str(port))):
        monkeypatch.setenv(name, value)
    with serving(Settings(port=0, data_dir=tmp_path, turn_port=port, log_level="error")):
        assert run(["turn", "credentials", "--user", "test", "--ttl", "10m", "--json"]) == 0
        made = json.loads(capsys.readouterr().out)
        assert made["urls"] == [f"turn:127.0.0.1:{port}?transport={transport}" for transport in ("udp", "tcp")]
        assert made["ttl"] == 600
        with TurnClient(made["urls"][0], made["username"], made["credential"]) as one:
            assert one.allocate() == 403, "the secret is good, and nobody of that name is in a room"
        with TurnClient(made["urls"][0], made["username"], "AAAAAAAAAAAAAAAAAAAAAAAAAAA=") as one:
            assert one.allocate() == 401


def test_without_a_relay_there_are_no_credentials(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("INCAMERA_TURN", "off")
    assert run(["turn", "credentials"]) == 2
    assert "turn is off" in " ".join(capsys.readouterr().err.split())


def test_the_settings_of_the_relay_are_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("INCAMERA_TURN_PORT", "3479")
    monkeypatch.setenv("INCAMERA_TURN_SECRET", "sixteen bytes are in it")
    assert run(["config", "show", "--origin", "--json"]) == 0
    out = capsys.readouterr().out
    assert "sixteen" not in out
    shown: dict[str, dict[str, Any]] = json.loads(out)
    assert shown["turn"] == {"value": "own", "origin": "default"}
    assert shown["turn_port"] == {"value": 3479, "origin": "INCAMERA_TURN_PORT"}
    assert {name for name in shown if name.startswith("turn")} == {
        "turn", "turn_urls", "turn_secret", "turn_host", "turn_port", "turn_tls_port", "turn_peers", "turn_external", "turn_ttl",
    }  # fmt: skip


def test_serve_ends_with_a_clear_error_when_the_relays_port_is_taken(tmp_path: Path) -> None:
    with taken() as port:
        words = ["incamera", "serve", "--port", "0", "--turn-port", str(port), "--data-dir", str(tmp_path)]
        done = command(words, {}, tmp_path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "local.port-taken" in done.stderr
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_takes_another_port_when_nobody_asked_for_one(tmp_path: Path) -> None:
    with contextlib.ExitStack() as held:
        usual = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        # Somebody else on this computer may have it already, which is as good.
        with contextlib.suppress(OSError):
            usual.bind(("127.0.0.1", 3_478))
        words = [sys.executable, "-m", "incamera", "serve", "--port", "0", "--data-dir", str(tmp_path), "--json"]
        started = subprocess.Popen(words, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with held.enter_context(started):
            assert started.stdout is not None
            assert json.loads(started.stdout.readline())["relay"] == "own"
            started.terminate()
            assert started.wait(PATIENCE_S) == 0
