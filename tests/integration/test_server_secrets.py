"""What the server keeps and says: canaries of names, call set-up and addresses are looked for in its files, logs and metrics."""

import base64
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import connect

from tests.integration.world import RoomKeys, Socket, World, b64u

ADDRESSES = (b"127.0.0.1", b"203.0.113.77", b"2001:db8", bytes([203, 0, 113, 77]))
NAME = "Zaphod Canary"
SDP = "v=0\r\na=candidate:1 1 udp 1 203.0.113.77 9 typ host\r\n"


class Process:
    """The server in a process of its own, with its most talkative log; it can be killed at any moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log.txt"
        self.origin = ""
        self._child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        code = (
            "import sys; from pathlib import Path; from incamera.server.run import serve; from incamera.server.settings import Settings\n"
            "serve(Settings(port=0, data_dir=Path(sys.argv[1]), log_level='debug', trusted_proxy=('127.0.0.1/32',)), lambda o: print(o, flush=True))"
        )
        with self.log.open("a") as log:
            self._child = subprocess.Popen([sys.executable, "-c", code, str(self.folder)], stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._child.stdout is not None
        self.origin = self._child.stdout.readline().strip()

    def end(self, number: signal.Signals) -> int:
        assert self._child is not None
        assert self._child.stdout is not None
        self._child.send_signal(number)
        code = self._child.wait(20)
        self._child.stdout.close()
        return code

    async def room(self, keys: RoomKeys) -> dict[str, Any]:
        async with httpx2.AsyncClient(base_url=self.origin) as http:
            made = await http.post("/api/rooms", json=World.room_body(None, keys))  # type: ignore[arg-type]
            assert made.status_code == 201, made.text
            headers = {"X-Forwarded-For": "203.0.113.77", "User-Agent": NAME}
            return dict((await http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access}, headers=headers)).json())

    async def join(self, keys: RoomKeys, grant: dict[str, Any], have: int | None = None) -> Socket:
        wire = await connect(
            self.origin.replace("http", "ws") + "/api/signal", additional_headers={"X-Forwarded-For": "203.0.113.77"}, close_timeout=1
        )
        socket = Socket(wire)
        await socket.send(type="join", version=1, grant=grant["grant"], room_id=keys.room_id, have=have)
        await socket.receive_type("joined")
        return socket


def found(canary: bytes, folder: Path) -> list[str]:
    """The files that hold it, raw, in UTF-16, or in base64 at any offset."""
    forms = [canary, canary.decode("latin-1").encode("utf-16-le")]
    encoded = [base64.b64encode(b"\0" * shift + canary)[4 if shift else 0 : -4] for shift in range(3)]
    forms += [form for form in encoded if len(form) >= 8]
    return [path.name for path in folder.iterdir() if path.is_file() and any(form in path.read_bytes() for form in forms)]


async def test_no_address_name_set_up_or_secret_is_stored_or_logged(tmp_path: Path) -> None:
    server = Process(tmp_path)
    server.start()
    keys = RoomKeys(b64u(os.urandom(16)), b64u(os.urandom(32)))
    grant = await server.room(keys)
    socket = await server.join(keys, grant)
    # What members say is sealed before it gets here; anything that is not the form of a sealed body is refused and leaves no trace.
    await socket.append(1, b64u(os.urandom(300)))
    await socket.receive_type("appended")
    await socket.send(type="append", ref=2, kind="application", epoch=0, body=SDP, display_name=NAME)
    assert (await socket.closed())[0] == 4400
    async with httpx2.AsyncClient(base_url=server.origin) as http:
        assert (await http.get(f"/{NAME}?name={NAME}", headers={"Cookie": NAME})).status_code == 404
        metrics = (await http.get("/metrics")).text
    assert server.end(signal.SIGTERM) == 0

    sealed_name = b64u(NAME.encode())
    with sqlite3.connect(tmp_path / "incamera.db") as database:
        database.execute("CREATE TABLE control (text)")
        database.execute("INSERT INTO control VALUES (?)", (NAME + sealed_name,))
    database.close()
    assert found(NAME.encode(), tmp_path) == ["incamera.db"], "the search finds a canary that is there"
    with sqlite3.connect(tmp_path / "incamera.db") as database:
        database.execute("PRAGMA secure_delete=ON")
        database.execute("DELETE FROM control")
    database.close()

    for canary in (
        *ADDRESSES,
        NAME.encode(),
        SDP.encode(),
        keys.access.encode(),
        base64.urlsafe_b64decode(keys.access + "="),
        grant["grant"].encode(),
    ):
        assert found(canary, tmp_path) == [], canary
        assert canary not in metrics.encode()
    assert '"event": "participant.joined"' in server.log.read_text()
    for identifier in (keys.room_id, grant["participant_id"]):
        assert identifier not in server.log.read_text()
        assert identifier not in metrics


async def test_the_log_survives_kill_9_and_members_resume(tmp_path: Path) -> None:
    server = Process(tmp_path)
    server.start()
    keys = RoomKeys(b64u(os.urandom(16)), b64u(os.urandom(32)))
    grant = await server.room(keys)
    socket = await server.join(keys, grant)
    acknowledged = 0
    for ref in range(40):
        await socket.append(ref, b64u(ref.to_bytes(2, "big") * 50))
    while acknowledged < 25:
        acknowledged = (await socket.receive_type("appended"))["seq"]
    server.end(signal.SIGKILL)
    server.start()
    again = await server.join(keys, grant, have=20)
    entries = await again.entries(acknowledged - 20)
    assert [entry["seq"] for entry in entries] == list(range(21, acknowledged + 1))
    assert entries[0]["body"] == b64u((20).to_bytes(2, "big") * 50)
    await again.wire.close()
    await socket.wire.close()
    assert server.end(signal.SIGINT) == 0


async def test_events_tell_what_happened_and_no_more(tmp_path: Path) -> None:
    server = Process(tmp_path)
    server.start()
    keys = RoomKeys(b64u(os.urandom(16)), b64u(os.urandom(32)))
    grant = await server.room(keys)
    async with httpx2.AsyncClient(base_url=server.origin) as http:
        await http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": b64u(bytes(32))})
    socket = await server.join(keys, grant)
    await socket.send(type="bye")
    await socket.closed()
    server.end(signal.SIGTERM)
    database = sqlite3.connect(tmp_path / "incamera.db")
    names = [name for (name,) in database.execute("SELECT name FROM events ORDER BY event_id")]
    columns = [row[1] for row in database.execute("PRAGMA table_info(events)")]
    database.close()
    assert sorted(names) == sorted(["room.opened", "grant.issued", "grant.refused", "participant.joined", "grant.revoked", "participant.left"]), names
    assert columns == ["event_id", "at", "name", "room_id", "participant_id", "code"]


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    server = Process(folder)
    folder.mkdir(mode=0o700)
    server.start()
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir() if path.name.startswith("incamera.db")}
    server.end(signal.SIGTERM)
    assert modes
    assert set(modes.values()) == {0o600}, json.dumps(modes)
