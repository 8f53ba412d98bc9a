"""No answer leaves without the headers: not one of a refusal, of a fault, or of what is not even HTTP."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from incamera.errors import UnavailableError
from incamera.server.room_routes import RoomRoutes
from tests.integration.world import RoomKeys, World, b64u, running

ROOM = f"/api/rooms/{b64u(bytes(16))}"
HOST = "Host: 127.0.0.1\r\n"
UPGRADE = f"GET /api/signal HTTP/1.1\r\n{HOST}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
VERSION = "Sec-WebSocket-Version: 13\r\n"
EXPECTED = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
NEVER = ("server", "set-cookie", "x-powered-by", "access-control-allow-origin")

# method, path, headers, body, status
ASKED: tuple[tuple[str, str, dict[str, str], bytes, int], ...] = (
    ("GET", "/healthz", {}, b"", 200),
    ("GET", "/readyz", {}, b"", 200),
    ("GET", "/openapi.json", {}, b"", 200),
    ("GET", "/metrics", {}, b"", 200),
    ("GET", "/api/rooms", {}, b"", 200),
    ("HEAD", "/healthz", {}, b"", 200),
    ("GET", "/api/rooms", {"Origin": "https://evil.example"}, b"", 401),
    ("GET", "/api/turn-credentials", {}, b"", 401),
    ("GET", "/healthz", {"Host": "evil.example"}, b"", 403),
    ("POST", "/api/rooms", {"Origin": "https://evil.example"}, b"{}", 403),
    ("POST", "/api/rooms", {"Sec-Fetch-Site": "cross-site"}, b"{}", 403),
    ("GET", "/nothing", {}, b"", 404),
    ("HEAD", "/nothing", {}, b"", 404),
    ("GET", "/api/signal", {}, b"", 404),
    ("GET", "/assets/%2e%2e/x", {}, b"", 404),
    ("POST", f"{ROOM}/grants", {}, b'{"access":"' + b64u(bytes(32)).encode() + b'"}', 404),
    ("OPTIONS", "/api/rooms", {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}, b"", 405),
    ("PUT", "/", {}, b"", 405),
    ("POST", "/api/rooms", {}, b"{", 400),
    ("POST", "/api/rooms", {}, b" " * 16_385, 413),
    ("GET", "/healthz", {"X-Long": "x" * 17_000}, b"", 413),
    ("GET", f"/healthz?{'x' * 17_000}", {}, b"", 413),
)
NO_HTTP = {
    "no HTTP at all": "\0\1\2\r\n\r\n",
    "no Host": "GET / HTTP/1.1\r\n\r\n",
    "two Hosts": f"GET / HTTP/1.1\r\n{HOST}{HOST}\r\n",
    "a method that is none": f"G@T / HTTP/1.1\r\n{HOST}\r\n",
    "a length that is none": f"POST /api/rooms HTTP/1.1\r\n{HOST}Content-Length: x\r\n\r\n",
    "another protocol": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a handshake without key": UPGRADE.replace("Sec-WebSocket-Key", "X-Key") + VERSION + "\r\n",
    "a handshake of another version": UPGRADE + "Sec-WebSocket-Version: 12\r\n\r\n",
    "a handshake by another name": UPGRADE.replace("127.0.0.1", "evil.example") + VERSION + "\r\n",
    "a handshake elsewhere": UPGRADE.replace("/api/signal", "/healthz") + VERSION + "\r\n",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running(tmp_path) as running_world:
        yield running_world


def faults(headers: httpx2.Headers | dict[str, str]) -> list[str]:
    wrong = [f"{name}: {headers.get(name)}" for name, value in EXPECTED.items() if headers.get(name) != value]
    wrong += [name for name in NEVER if name in headers]
    policy = headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "require-trusted-types-for 'script'" not in policy or "evil" in str(headers):
        wrong.append(f"content-security-policy: {policy}")
    return wrong + ([] if "camera=()" in headers.get("permissions-policy", "") else ["permissions-policy"])


@pytest.mark.parametrize(("method", "path", "headers", "body", "status"), ASKED, ids=[f"{one[0]} {one[1][:40]} {one[4]}" for one in ASKED])
async def test_every_kind_of_answer_carries_the_headers(
    world: World, method: str, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = await world.http.request(method, path, headers=headers, content=body)
    assert answer.status_code == status, answer.text
    assert faults(answer.headers) == []


async def test_what_a_room_answers_carries_the_headers(world: World) -> None:
    keys = RoomKeys(b64u(b"r" * 16), b64u(b"a" * 32))
    body = world.room_body(keys)
    made = await world.http.post("/api/rooms", json=body)
    again = await world.http.post("/api/rooms", json=body)
    granted = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access})
    bearer = {"Authorization": f"Bearer {granted.json()['grant']}"}
    not_allowed = await world.http.delete(f"/api/rooms/{keys.room_id}", headers=bearer)
    assert [one.status_code for one in (made, again, granted, not_allowed)] == [201, 409, 201, 403]
    assert [faults(one.headers) for one in (made, again, granted, not_allowed)] == [[], [], [], []]


async def test_too_fast_too_late_and_our_own_faults_carry_the_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    async def full(*_: object) -> None:
        raise UnavailableError("unavailable.storage")

    async with running(tmp_path, grants_per_minute=1) as world:
        for handler, status in ((fail, 500), (full, 503)):
            with monkeypatch.context() as broken:
                broken.setattr(RoomRoutes, "list", handler)
                broken_app = World(tmp_path / str(status))
                await broken_app.start()
                answer = await broken_app.http.get("/api/rooms")
                await broken_app.stop()
            assert (answer.status_code, faults(answer.headers)) == (status, [])
        access = {"access": b64u(bytes(32))}
        answers = [await world.http.post(f"{ROOM}/grants", json=access) for _ in range(2)]
        assert [(one.status_code, faults(one.headers)) for one in answers] == [(404, []), (429, [])]
        assert answers[1].headers["retry-after"] == "5"


@pytest.mark.parametrize("what", NO_HTTP)
async def test_what_is_no_request_is_refused_with_the_headers(world: World, what: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(world.origin.rpartition(":")[2]))
    writer.write(NO_HTTP[what].encode("latin-1"))
    async with asyncio.timeout(5):
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip("\r\n").split("\r\n")
    writer.close()
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert first.split(" ")[1] in ("400", "403", "404")
    assert len(headers) == len(lines), "no header twice"
    assert faults(headers) == []


async def test_a_refused_handshake_is_no_line_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(world.origin.rpartition(":")[2]))
        writer.write(NO_HTTP["a handshake by another name"].encode())
        async with asyncio.timeout(5):
            assert b" 403 " in await reader.read()
        writer.close()
    assert [record.message for record in caplog.records] == []
