"""Rooms, grants and other sites: who gets in without having what it takes."""

import asyncio
import contextlib
import time
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from incamera.adapters.clock import SystemClock
from incamera.server.settings import Settings
from tests.attacks.server import weakened
from tests.attacks.server.attack import Outcome, attack
from tests.integration.test_server_doors import proof
from tests.integration.world import RoomKeys, Socket, World, b64u, running

ELSEWHERE = "https://evil.example"
HOST = Ed25519PrivateKey.from_private_bytes(bytes(32))


def told(answer: httpx2.Response) -> tuple[object, ...]:
    return (answer.status_code, answer.json().get("code")) if answer.content else (answer.status_code,)


async def joins(socket: Socket, grant: str, room_id: str) -> Outcome:
    with contextlib.suppress(ConnectionClosed):
        await socket.send(type="join", version=1, grant=grant, room_id=room_id, have=None)
    first = await socket.receive()
    return Outcome(first["type"] == "joined", (first.get("code"),))


def bearer(grant: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {grant}"}


async def host_grant(world: World, keys: RoomKeys) -> str:
    """A grant with `moderate`, for who has the host's key."""
    return str((await world.grant(keys, host_proof=proof(HOST, keys, int(time.time()))))["grant"])


@attack("grant of another room on the socket", weakened.any_grant)
async def test_a_grant_of_another_room_on_the_socket(folder: Path) -> Outcome:
    async with running(folder) as world:
        mine, other = await world.create_room(), await world.create_room()
        grant = await world.grant(mine)
        async with world.socket() as socket:
            return await joins(socket, grant["grant"], other.room_id)


@attack("grant of a link that was replaced", weakened.grants_outliving_their_link)
async def test_a_grant_of_a_link_that_was_replaced(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room(host_public_key=HOST.public_key().public_bytes_raw())
        spare = await world.grant(keys)
        replaced = {"access_hash": b64u(bytes(32)), "sealed_policy": "bmV3", "keep": []}
        host = await host_grant(world, keys)
        assert (await world.http.put(f"/api/rooms/{keys.room_id}/access", json=replaced, headers=bearer(host))).status_code == 204
        async with world.socket() as socket:
            return await joins(socket, spare["grant"], keys.room_id)


@attack("host's grant of another room", weakened.any_grant)
async def test_a_hosts_grant_of_another_room(folder: Path) -> Outcome:
    async with running(folder) as world:
        mine, other = await world.create_room(host_public_key=HOST.public_key().public_bytes_raw()), await world.create_room()
        answer = await world.http.delete(f"/api/rooms/{other.room_id}", headers=bearer(await host_grant(world, mine)))
        return Outcome(answer.status_code == 204, told(answer))


@attack("grant of another scope", weakened.any_scope)
async def test_a_grant_of_another_scope(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room()
        answer = await world.http.delete(f"/api/rooms/{keys.room_id}", headers=bearer((await world.grant(keys))["grant"]))
        return Outcome(answer.status_code == 204, told(answer))


@attack("revoked grant", weakened.revoking_nothing)
async def test_a_revoked_grant(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        async with world.joined(keys, grant) as (socket, _):
            await socket.send(type="bye")
            await socket.closed()
        async with world.socket() as socket:
            return await joins(socket, grant["grant"], keys.room_id)


@attack("expired grant", weakened.any_grant)
async def test_an_expired_grant(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room(life_s=10 * 86_400)
        grant = await world.grant(keys)
        with pytest.MonkeyPatch.context() as later:
            tomorrow = time.time() + 86_401
            later.setattr(SystemClock, "now", lambda _clock: tomorrow)
            async with world.socket() as socket:
                return await joins(socket, grant["grant"], keys.room_id)


@attack("room id without access", weakened.any_access)
async def test_a_room_id_without_access(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room()
        answer = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": b64u(bytes(32))})
        return Outcome(answer.status_code == 201, told(answer))


@attack("stranger who says to be the host", weakened.any_host)
async def test_a_stranger_who_says_to_be_the_host(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room()
        body = {"access": keys.access, "host_proof": {"signature": b64u(bytes(64)), "at": int(time.time())}}
        answer = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json=body)
        return Outcome("moderate" in answer.json().get("scopes", []), told(answer))


@attack("TURN credentials without being there", weakened.credentials_for_all)
async def test_turn_credentials_without_being_there(folder: Path) -> Outcome:
    async with running(folder, turn_urls=("turn:relay.example:3478",), turn_secret=("secret",)) as world:
        keys = await world.create_room()
        answer = await world.http.get("/api/turn-credentials", headers=bearer((await world.grant(keys))["grant"]))
        return Outcome(bool(answer.json().get("iceServers")), told(answer))


async def made_by(world: World, headers: dict[str, str], content_type: str = "application/json") -> Outcome:
    """Whether a page of another site makes a room here, as its visitor's browser would ask."""
    body = httpx2.Request("POST", world.origin, json=world.room_body(RoomKeys(b64u(b"r" * 16), b64u(b"a" * 32)))).content
    answer = await world.http.post("/api/rooms", content=body, headers={"Content-Type": content_type, **headers})
    return Outcome(answer.status_code == 201, told(answer))


@attack("form of another site", weakened.any_origin)
async def test_a_form_of_another_site(folder: Path) -> Outcome:
    async with running(folder) as world:
        return await made_by(world, {"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, "text/plain")


@attack("form of a page without an origin", weakened.any_origin)
async def test_a_form_of_a_page_without_an_origin(folder: Path) -> Outcome:
    async with running(folder) as world:
        return await made_by(world, {"Origin": "null"}, "application/x-www-form-urlencoded")


@attack("request that a browser calls cross-site", weakened.any_origin)
async def test_a_request_that_a_browser_calls_cross_site(folder: Path) -> Outcome:
    async with running(folder) as world:
        return await made_by(world, {"Sec-Fetch-Site": "cross-site"}, "multipart/form-data; boundary=x")


@attack("request of a sister site", weakened.any_origin)
async def test_a_request_of_a_sister_site(folder: Path) -> Outcome:
    async with running(folder) as world:
        return await made_by(world, {"Sec-Fetch-Site": "same-site"})


@attack("page of another port", weakened.any_origin)
async def test_a_page_of_another_port(folder: Path) -> Outcome:
    async with running(folder) as world:
        port = int(world.origin.rpartition(":")[2])
        return await made_by(world, {"Origin": f"http://127.0.0.1:{port - 1}"})


@attack("socket of another site", weakened.any_origin)
async def test_a_socket_of_another_site(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room()
        async with world.socket(Origin=ELSEWHERE) as socket:
            return await joins(socket, (await world.grant(keys))["grant"], keys.room_id)


@attack("name that was made to point here", weakened.any_name)
async def test_a_name_that_was_made_to_point_here(folder: Path) -> Outcome:
    async with running(folder) as world:
        return await made_by(world, {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"})


@attack("request without a Host", weakened.any_name)
async def test_a_request_without_a_host(folder: Path) -> Outcome:
    async with running(folder) as world:
        answer = await raw(world, b"GET /api/rooms HTTP/1.0\r\n\r\n")
        return Outcome(b'"rooms"' in answer, ("denied.origin",) if b"denied.origin" in answer else ())


@attack("socket under a name that was made to point here", weakened.any_name)
async def test_a_socket_under_a_name_that_was_made_to_point_here(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room()
        port = int(world.origin.rpartition(":")[2])
        there = f"evil.example:{port}"
        try:
            async with connect(f"ws://{there}/api/signal", host="127.0.0.1", port=port, additional_headers={"Origin": f"http://{there}"}) as wire:
                return await joins(Socket(wire), (await world.grant(keys))["grant"], keys.room_id)
        except InvalidStatus as refused:
            return Outcome(believed=False, noticed=(refused.response.status_code,))


async def raw(world: World, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(world.origin.rpartition(":")[2]))
    writer.write(request)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


async def test_two_hosts_or_one_with_a_path_are_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        for head in (
            b"Host: localhost\r\nHost: evil.example\r\n",
            b"Host: evil.example\r\nHost: localhost\r\n",
            b"Host: localhost@evil.example\r\n",
            b"Host: localhost/evil.example\r\n",
            b"Host: localhost#.evil.example\r\n",
            b"Host: evil.example\r\nX-Forwarded-Host: localhost\r\n",
            b"Host: 127.1\r\n",
            b"Host: 0.0.0.0\r\n",
            b"Host: 2130706433\r\n",
        ):
            answer = await raw(world, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n" + head + b"\r\n")
            assert answer.split(b" ", 2)[1] in (b"400", b"403"), (head, answer[:200])


async def test_a_grant_counts_as_a_bearer_token_only_and_no_answer_sets_a_cookie(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room(host_public_key=HOST.public_key().public_bytes_raw())
        grant = await host_grant(world, keys)
        path = f"/api/rooms/{keys.room_id}"
        for where in ({"headers": {"Cookie": f"grant={grant}"}}, {"params": {"grant": grant}}, {"headers": {"Authorization": f"Basic {grant}"}}):
            answer = await world.http.delete(path, **where)  # type: ignore[arg-type]
            assert told(answer) == (401, "denied.grant")
        answers = [await world.http.get(one) for one in ("/", path, "/r/x", "/healthz", "/api/rooms", "/metrics")]
        assert not [answer.url for answer in answers if "set-cookie" in answer.headers]


async def test_an_ended_room_tells_a_wrong_key_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room(host_public_key=HOST.public_key().public_bytes_raw())
        assert (await world.http.delete(f"/api/rooms/{keys.room_id}", headers=bearer(await host_grant(world, keys)))).status_code == 204
        answer = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": b64u(bytes(32))})
        assert told(answer) == (404, "denied.room-or-key")


def test_a_server_for_everybody_is_not_private(tmp_path: Path) -> None:
    assert not Settings(data_dir=tmp_path, public_url="https://calls.example.org").is_private
