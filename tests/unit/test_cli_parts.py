"""Small parts of the commands: spans of time, relay addresses, STUN, the relay's configuration, the certificate and the data folder."""

import io
import ipaddress
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from incamera.cli.app import run
from incamera.cli.certificate_check import check_certificate
from incamera.cli.coturn_config import RelayWish, coturn_config
from incamera.cli.durations import parse_duration
from incamera.cli.listening import listen
from incamera.cli.machine_checks import check_clock, check_data, check_port
from incamera.cli.server_api import ServerApi
from incamera.cli.special_ranges import IPV4, IPV6
from incamera.cli.stun import Attribute, Method, emit_request, long_term_key, parse_answer
from incamera.cli.turn_url import RelayAddress, parse_turn_url
from incamera.errors import LocalError, RemoteError
from incamera.server.settings import Settings


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600)])
def test_spans_of_time_are_read_as_people_write_them(text: str, seconds: int) -> None:
    assert parse_duration(text, "--expires", 366 * 86_400) == seconds


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5h", "7 d", "h", "1y", "367d", "٣d"])
def test_other_spans_are_refused(text: str) -> None:
    with pytest.raises(LocalError, match="--expires"):
        parse_duration(text, "--expires", 366 * 86_400)


def test_relay_addresses_are_read() -> None:
    assert parse_turn_url("turn:relay.example") == RelayAddress("relay.example", 3478, is_tcp=False, is_tls=False)
    assert parse_turn_url("turn:192.0.2.1:99?transport=tcp") == RelayAddress("192.0.2.1", 99, is_tcp=True, is_tls=False)
    assert parse_turn_url("turns:[2001:db8::1]") == RelayAddress("2001:db8::1", 5349, is_tcp=True, is_tls=True)
    for wrong in ("turn:", "turn:a:0", "turn:a:65536", "turns:a?transport=udp", "stun:a", "turn:a/x", "turn:a b"):
        with pytest.raises(LocalError, match="turn_urls"):
            parse_turn_url(wrong)


def test_a_signed_stun_request_is_read_back() -> None:
    key = long_term_key("1800000000:alice", "calls.example.org", "secret")
    request = emit_request(Method.ALLOCATE, b"t" * 12, [(Attribute.USERNAME, b"alice"), (Attribute.NONCE, b"n" * 7)], key)
    answer = parse_answer(b"\x01\x03" + request[2:], b"t" * 12)
    assert (answer.method, answer.error) == (Method.ALLOCATE, 0)
    assert answer.attributes[Attribute.USERNAME] == b"alice"
    assert not answer.is_signed_by(key), "the type is signed too"
    assert not answer.is_signed_by(b"x" * 16)


@given(st.binary(max_size=200))
def test_no_answer_of_a_relay_breaks_the_parser(data: bytes) -> None:
    head = b"\x01\x01" + len(data).to_bytes(2, "big") + bytes.fromhex("2112a442") + b"t" * 12
    codes = {"remote.malformed"}
    for answer in (data, head + data):
        try:
            parse_answer(answer, b"t" * 12)
        except RemoteError as error:
            codes.add(error.code)
    assert codes == {"remote.malformed"}


FORMS_OF_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::")
PRIVATE = (
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - to be denied
    "224.0.0.1",
    "255.255.255.255",
    "fd00::1",
    "fe80::1",
    "ff02::1",
)


def denied(address: str, text: str) -> bool:
    parsed = ipaddress.ip_address(address)
    bounds = [line.removeprefix("denied-peer-ip=").split("-") for line in text.splitlines() if line.startswith("denied-peer-ip=")]
    pairs = [(ipaddress.ip_address(first), ipaddress.ip_address(last)) for first, last in bounds]
    return any(first.version == parsed.version and first <= parsed <= last for first, last in pairs)  # type: ignore[operator]


def test_the_relays_configuration_denies_every_special_range_in_every_form() -> None:
    text = coturn_config(RelayWish("calls.example.org", ("north", "old"), external_ip="198.51.100.7"))
    assert text.count("denied-peer-ip=") == len(IPV4) + len(IPV6)
    assert [address for address in (*FORMS_OF_LOOPBACK, *PRIVATE) if not denied(address, text)] == []
    assert not denied("8.8.8.8", text)
    assert not denied("2606:4700::1", text)


def test_the_relays_configuration_takes_credentials_in_order_and_opens_no_other_door() -> None:
    lines = coturn_config(RelayWish("calls.example.org", ("north", "old"), Path("c.pem"), Path("k.pem"))).splitlines()
    assert [line for line in lines if "secret=" in line] == ["static-auth-secret=north", "static-auth-secret=old"]
    for line in ("use-auth-secret", "no-cli", "no-tcp-relay", "no-multicast-peers", "fingerprint", "cert=c.pem", "pkey=k.pem", "log-file=/dev/null"):
        assert line in lines
    assert "north" not in repr(RelayWish("calls.example.org", ("north",)))


def certificate(folder: Path, name: str, ends_in_days: int, starts_in_days: int = -2) -> Settings:
    now = datetime.now(UTC)
    made = trustme.CA().issue_cert(name, not_before=now + timedelta(days=starts_in_days), not_after=now + timedelta(days=ends_in_days))
    (folder / "cert.pem").write_bytes(made.cert_chain_pems[0].bytes())
    (folder / "key.pem").write_bytes(made.private_key_pem.bytes())
    (folder / "key.pem").chmod(0o600)
    return Settings(public_url="https://calls.example.org", tls_cert=folder / "cert.pem", tls_key=folder / "key.pem")


@pytest.mark.parametrize(
    ("name", "starts", "ends", "state", "words"),
    [
        ("calls.example.org", -2, 60, "good", "good for 59 days"), ("*.example.org", -2, 60, "good", "good for"), ("calls.example.org", -2, 10, "note", "ends in"),
        ("calls.example.org", -9, -1, "wanting", "ended"), ("calls.example.org", 3, 60, "wanting", "not valid yet"), ("other.example.org", -2, 60, "wanting", "not for"),
    ],
)  # fmt: skip
def test_doctor_looks_at_the_certificates_dates_and_name(tmp_path: Path, name: str, starts: int, ends: int, state: str, words: str) -> None:
    finding = check_certificate(certificate(tmp_path, name, ends, starts), datetime.now(UTC).timestamp())
    assert finding.state == state
    assert words in finding.words
    assert bool(finding.mend) == (state != "good")


def test_doctor_notices_a_key_that_is_not_the_certificates_or_that_everybody_reads(tmp_path: Path) -> None:
    settings = certificate(tmp_path, "calls.example.org", 60)
    now = datetime.now(UTC).timestamp()
    (tmp_path / "key.pem").chmod(0o644)
    assert "Everybody" in check_certificate(settings, now).words
    (tmp_path / "key.pem").write_bytes(trustme.CA().issue_cert("calls.example.org").private_key_pem.bytes())
    assert "do not belong together" in check_certificate(settings, now).words
    (tmp_path / "key.pem").write_text("nonsense")
    finding = check_certificate(settings, now)
    assert finding.state == "wanting"
    assert "nonsense" not in finding.words


def test_doctor_looks_at_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert check_data(settings).state == "good"
    database = tmp_path / "incamera.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE t (x)")
    database.chmod(0o644)
    assert check_data(settings).mend == f"chmod 600 {database}"
    database.chmod(0o600)
    assert check_data(settings).state == "good"
    database.write_bytes(b"this is no database" * 100)
    assert "damaged" in check_data(settings).words
    assert "not a folder" in check_data(Settings(data_dir=database / "below")).words


def test_doctor_notices_a_clock_from_before_this_version() -> None:
    assert check_clock(1_500_000_000.0).state == "wanting"
    assert check_clock(1_900_000_000.0).state != "wanting"


class NamedServer(BaseHTTPRequestHandler):
    """Answers to one name only, as a server does that is not on loopback."""

    def do_GET(self) -> None:
        known = self.headers["Host"] == "calls.example.org"
        self.send_response(200 if known else 403)
        self.end_headers()
        self.wfile.write(b'{"info":{"title":"incamera"}}' if known else b"{}")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.mark.parametrize(("public_url", "state"), [("https://calls.example.org", "good"), ("https://other.example.org", "wanting")])
def test_doctor_asks_whoever_holds_the_port_by_the_public_name(public_url: str, state: str) -> None:
    with HTTPServer(("127.0.0.1", 0), NamedServer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        finding = check_port(Settings(port=server.server_address[1], public_url=public_url))
        server.shutdown()
        thread.join(5)
    assert finding.state == state, finding


@pytest.mark.parametrize("room", ["-", "-CQjjT8JqCzT6jLxCgkvAw"])
def test_a_room_to_close_comes_from_standard_input_and_may_begin_with_a_dash(
    room: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = []
    monkeypatch.setenv("INCAMERA_API_KEY", "ick_test")
    monkeypatch.setattr("sys.stdin", io.StringIO("-CQjjT8JqCzT6jLxCgkvAw\n"))
    monkeypatch.setattr(ServerApi, "close_room", lambda _api, room_id, _bearer=None: closed.append(room_id))
    assert run(["room", "close", room, "--json"]) == 0
    assert [len(room_id) for room_id in closed] == [16]
    assert '"room_id": "-CQjjT8JqCzT6jLxCgkvAw"' in capsys.readouterr().out


def test_a_reader_that_has_seen_enough_ends_a_command_without_a_word() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        ended = subprocess.run([sys.executable, "-m", "incamera", "config", "show"], check=False, stdout=output, stderr=subprocess.PIPE, timeout=60)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_messages_in_a_row_do_not_wait_for_one_another() -> None:
    with listen(Settings(port=0)) as listening, socket.create_connection(listening.getsockname()) as _caller:
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
