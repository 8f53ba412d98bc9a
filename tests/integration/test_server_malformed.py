"""Everything that a client can say wrongly, on the socket and over HTTP: refused by a stable code, and never a traceback."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from incamera.server.openapi import document
from incamera.server.room_routes import RoomRoutes
from tests.integration.world import RoomKeys, World, b64u, running

ID = b64u(bytes(16))
SECRET = b64u(bytes(32))
JOIN: dict[str, Any] = {"type": "join", "version": 1, "grant": SECRET, "room_id": ID, "have": None}
APPEND: dict[str, Any] = {"type": "append", "ref": 1, "kind": "commit", "epoch": 0, "body": "AAAA"}
RELAY: dict[str, Any] = {"type": "relay", "kind": "heartbeat", "body": "AAAA"}
PING: dict[str, Any] = {"type": "ping", "ref": 1}
GOOD = [JOIN, APPEND, RELAY, PING, {"type": "bye"}]


def changed(message: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**message, **fields}


def wrong_forms() -> list[Any]:
    """Each message with each field missing, of the wrong type, and with one field more."""
    forms: list[Any] = [None, [], 7, "join", {}, {"type": None}, {"type": "JOIN"}, {"type": "welcome"}]
    for message in GOOD:
        forms.append(changed(message, extra=1))
        for name in message:
            if name != "type":
                forms += [
                    {key: value for key, value in message.items() if key != name},
                    changed(message, **{name: {}}),
                    changed(message, **{name: -1}),
                ]
    forms += [
        changed(JOIN, room_id=ID[:-1] + "B"),
        changed(JOIN, grant=SECRET + "="),
        changed(JOIN, grant=SECRET[:-1] + "B"),
        changed(JOIN, have=1.5),
    ]
    forms += [changed(APPEND, kind="policy"), changed(APPEND, kind="heartbeat"), changed(APPEND, body=""), changed(APPEND, body="AA==")]
    forms += [changed(APPEND, body="AAAA\n"), changed(APPEND, epoch=2**53), changed(APPEND, ref=2**64), changed(RELAY, kind="commit")]
    return forms


@pytest.mark.parametrize("before_join", [True, False])
async def test_what_is_malformed_closes_with_4400(tmp_path: Path, before_join: bool) -> None:
    async with running(tmp_path, sockets_per_minute=10_000, grants_per_minute=10_000) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        raw = [json.dumps(form) for form in wrong_forms()] + ["", "{", '{"type":"ping","ref":1}{}', "\x00", "[" * 5_000]
        for text in raw:
            code, message = await answer_to(world, text, keys if not before_join else None, grant)
            assert (code, message) == (4400, "remote.malformed"), text[:200]


async def answer_to(world: World, data: str | bytes, keys: RoomKeys | None, grant: dict[str, Any]) -> tuple[int, str]:
    if keys is None:
        async with world.socket() as socket:
            await socket.wire.send(data)
            code, messages = await socket.closed()
    else:
        async with world.joined(keys, grant) as (socket, _):
            await socket.wire.send(data)
            code, messages = await socket.closed()
    return code, messages[-1]["code"]


async def test_what_is_too_large_closes_with_4413(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        for text in (
            json.dumps(changed(APPEND, body="A" * 87_385)),
            json.dumps(changed(RELAY, body="A" * 8_193)),
            json.dumps(changed(PING, ref=1)) + " " * 131_072,
            json.dumps(changed(PING, x="é" * 70_000), ensure_ascii=False),
        ):
            assert await answer_to(world, text, keys, grant) == (4413, "remote.too-large")


async def test_the_largest_body_is_carried(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (alice, _), world.joined(keys) as (bob, _):
            await alice.append(1, "A" * 87_384)
            assert len((await bob.receive_type("entry"))["body"]) == 87_384
            await bob.send(**changed(RELAY, body="A" * 8_192))
            assert len((await alice.receive_type("relay"))["body"]) == 8_192


async def test_binary_frames_and_bad_utf8_are_malformed(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        assert await answer_to(world, b'{"type":"ping","ref":1}', keys, grant) == (4400, "remote.malformed")
        async with world.joined(keys, grant) as (socket, _):
            await socket.wire.send(b"\xff\xfe", text=True)
            assert (await socket.closed())[0] == 4400


@pytest.mark.parametrize("message", [APPEND, RELAY, PING, {"type": "bye"}])
async def test_the_first_message_must_be_join(tmp_path: Path, message: dict[str, Any]) -> None:
    async with running(tmp_path) as world:
        assert await answer_to(world, json.dumps(message), None, {}) == (4400, "remote.first-message")


async def test_another_version_and_a_second_join_are_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        assert await answer_to(world, json.dumps(changed(JOIN, version=2)), None, {}) == (4400, "remote.version")
        assert await answer_to(world, json.dumps(JOIN), keys, grant) == (4400, "remote.malformed")


def room_faults(good: dict[str, Any]) -> list[dict[str, Any]]:
    faults = [{key: value for key, value in good.items() if key != name} for name in good]
    faults += [changed(good, **{name: None}) for name in good]
    faults += [
        changed(good, extra=1),
        changed(good, topology="mesh"),
        changed(good, capacity=1),
        changed(good, capacity=3),
        changed(good, capacity=101),
    ]
    return [*faults, changed(good, expires_at=1), changed(good, expires_at=2**40), changed(good, room_id=ID + "A"), changed(good, access_hash="")]


async def test_malformed_requests_are_problems(tmp_path: Path) -> None:
    async with running(tmp_path, rooms_per_minute=1000) as world:
        good = world.room_body(RoomKeys(ID, SECRET))
        bodies: list[Any] = [*room_faults(good), [], None, "x"]
        for body in bodies:
            assert_problem(await world.http.post("/api/rooms", json=body), 400, "remote.malformed")
        assert_problem(await world.http.post("/api/rooms", content=b"{"), 400, "remote.malformed")
        assert_problem(await world.http.post("/api/rooms", content=b"\xff"), 400, "remote.malformed")
        assert_problem(await world.http.post("/api/rooms/short/grants", json={"access": SECRET}), 400, "remote.malformed")
        assert_problem(await world.http.delete("/api/rooms/short"), 400, "remote.malformed")
        assert_problem(await world.http.post("/api/rooms", json=changed(good, sealed_policy="A" * 4_097)), 413, "remote.too-large")
        assert (await world.http.post("/api/rooms", json=good)).status_code == 201
        assert_problem(await world.http.post("/api/rooms", json=good), 409, "denied.room-exists")


async def test_oversized_bodies_are_refused_announced_or_not(tmp_path: Path) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b" " * 1_024

    async with running(tmp_path) as world:
        assert_problem(await world.http.post("/api/rooms", content=b" " * 16_385), 413, "remote.too-large")
        assert_problem(await world.http.post("/api/rooms", content=endless()), 413, "remote.too-large")


async def test_unknown_addresses_and_methods_are_problems(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        for path in (
            "/nothing",
            "/api",
            "/api/rooms/",
            "/assets/x.js",
            "/assets/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/.env",
            "/home.html",
        ):
            assert_problem(await world.http.get(path), 404, "remote.not-found")
        for method, path in (("PUT", "/"), ("POST", "/healthz"), ("DELETE", "/api/rooms"), ("PATCH", f"/api/rooms/{ID}"), ("OPTIONS", "/api/rooms")):
            answer = await world.http.request(method, path)
            assert_problem(answer, 405, "remote.method")
            assert answer.headers["allow"]


async def test_a_fault_of_ours_is_a_problem_with_all_headers_and_no_details(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("canary-in-a-traceback")

    monkeypatch.setattr(RoomRoutes, "list", fail)
    async with running(tmp_path) as world:
        answer = await world.http.get("/api/rooms")
        assert_problem(answer, 500, "unavailable.internal")
        assert "canary" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def assert_problem(answer: httpx2.Response, status: int, code: str) -> None:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_the_description_names_every_route() -> None:
    described = json.loads(document())
    assert {path for path in described["paths"] if path.startswith("/api")} == {
        "/api/rooms", "/api/rooms/{room_id}", "/api/rooms/{room_id}/access", "/api/rooms/{room_id}/grants", "/api/turn-credentials",
    }  # fmt: skip
