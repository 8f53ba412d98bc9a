"""Too much, too many, too large, too slow: what is bounded holds for one attacker and leaves the others alone."""

import asyncio
import contextlib
import json
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.attacks.server import weakened
from tests.attacks.server.attack import Outcome, attack
from tests.integration.world import RoomKeys, World, b64u, running


async def flood(world: World, message: dict[str, object], count: int) -> Outcome:
    """One participant says this, many times at once; whether all of it was taken."""
    keys = await world.create_room()
    async with world.joined(keys) as (socket, _):
        with contextlib.suppress(ConnectionClosed):
            for _ in range(count):
                await socket.send(**message)
            await socket.send(type="bye")
        code, messages = await socket.closed()
        return Outcome(code == 1000, (code, messages[-1].get("code") if messages else None))


@attack("flood of appends", weakened.no_rates)
async def test_a_flood_of_appends(folder: Path) -> Outcome:
    async with running(folder) as world:
        return await flood(world, {"type": "append", "ref": 1, "kind": "application", "epoch": 0, "body": "AAAA"}, 600)


@attack("flood of relays", weakened.no_rates)
async def test_a_flood_of_relays(folder: Path) -> Outcome:
    async with running(folder) as world:
        return await flood(world, {"type": "relay", "kind": "heartbeat", "body": "AAAA"}, 300)


@attack("flood of pings", weakened.no_rates)
async def test_a_flood_of_pings(folder: Path) -> Outcome:
    async with running(folder) as world:
        return await flood(world, {"type": "ping", "ref": 1}, 300)


@attack("flood of sockets from one address", weakened.no_rates_by_address)
async def test_a_flood_of_sockets(folder: Path) -> Outcome:
    async with running(folder, sockets_per_minute=5) as world, contextlib.AsyncExitStack() as crowd:
        sockets = [await crowd.enter_async_context(world.socket()) for _ in range(12)]
        with contextlib.suppress(ConnectionClosed):
            await sockets[-1].send(type="ping", ref=1)
        said = await sockets[-1].receive()
        return Outcome(said["code"] == "remote.first-message", (said["code"],))


@attack("guessing keys", weakened.no_rates_by_address)
async def test_guessing_keys(folder: Path) -> Outcome:
    async with running(folder, grants_per_minute=10) as world:
        keys = await world.create_room()
        codes = [
            (await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": b64u(bytes([n] * 32))})).json()["code"] for n in range(20)
        ]
        return Outcome(set(codes) == {"denied.room-or-key"}, (codes[-1],))


@attack("crowd of sockets that never join", weakened.endless_sockets)
async def test_a_crowd_of_sockets_that_never_join(folder: Path) -> Outcome:
    with pytest.MonkeyPatch.context() as small:
        small.setattr("incamera.server.socket.SOCKETS_BEFORE_JOIN_MAX", 4)
        async with running(folder) as world, contextlib.AsyncExitStack() as crowd:
            keys = await world.create_room()
            idle = [await crowd.enter_async_context(world.socket()) for _ in range(4)]
            for socket in idle:
                await asyncio.wait_for(await socket.wire.ping(), 10)
            late = await crowd.enter_async_context(world.socket())
            grant = await world.grant(keys)
            with contextlib.suppress(ConnectionClosed):
                await late.send(type="join", version=1, grant=grant["grant"], room_id=keys.room_id, have=None)
            said = await late.receive()
            return Outcome(said["type"] == "joined", (said.get("code"),))


HANDSHAKE = (
    b"GET /api/signal HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def held(folder: Path, beginning: bytes) -> Outcome:
    """A socket that begins like this and then says nothing; whether the server still waits after a second."""
    with pytest.MonkeyPatch.context() as hurry:
        hurry.setattr("incamera.server.socket.JOIN_PATIENCE_S", 0.2)
        async with running(folder) as world:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(world.origin.rpartition(":")[2]))
            writer.write(HANDSHAKE)
            await reader.readuntil(b"\r\n\r\n")
            writer.write(beginning)
            try:
                said = await asyncio.wait_for(reader.read(200), 1.0)
            except TimeoutError:
                return Outcome(believed=True)
            finally:
                writer.transport.abort()
            return Outcome(believed=False, noticed=("remote.first-message",) if b"remote.first-message" in said else ())


@attack("socket that says nothing", weakened.patient_sockets)
async def test_a_socket_that_says_nothing(folder: Path) -> Outcome:
    return await held(folder, b"")


@attack("socket that never ends its first frame", weakened.patient_sockets)
async def test_a_socket_that_never_ends_its_first_frame(folder: Path) -> Outcome:
    # A masked text frame of 100 bytes, of which one comes.
    return await held(folder, b"\x81\xe4\x00\x00\x00\x00{")


@attack("request whose body never ends", weakened.patient_http)
async def test_a_request_whose_body_never_ends(folder: Path) -> Outcome:
    with pytest.MonkeyPatch.context() as hurry:
        hurry.setattr("incamera.server.transports.REQUEST_PATIENCE_S", 0.2)
        async with running(folder) as world:
            port = int(world.origin.rpartition(":")[2])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /api/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
            try:
                await asyncio.wait_for(reader.read(), 1.0)
            except TimeoutError:
                return Outcome(believed=True)
            except ConnectionResetError:
                pass
            finally:
                writer.transport.abort()
            return Outcome(believed=False)


@attack("request with a body beyond the bound", weakened.endless_bodies)
async def test_a_request_with_a_body_beyond_the_bound(folder: Path) -> Outcome:
    async with running(folder) as world:
        body = json.dumps(world.room_body(RoomKeys(b64u(b"r" * 16), b64u(b"a" * 32)))).encode() + b" " * 200_000
        answer = await world.http.post("/api/rooms", content=body)
        return Outcome(answer.status_code == 201, (answer.status_code, answer.json().get("code")))


@attack("message beyond the bound", weakened.endless_messages)
async def test_a_message_beyond_the_bound(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (socket, _):
            await socket.wire.send(json.dumps({"type": "ping", "ref": 7}) + " " * 140_000)
            said = await socket.receive()
            return Outcome(said["type"] == "pong", (said.get("code"),))


async def test_a_flood_leaves_the_others_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (alice, _), world.joined(keys) as (bob, _), world.joined(keys) as (mallory, _):
            with contextlib.suppress(ConnectionClosed):
                for ref in range(700):
                    await mallory.append(ref, "Ym9n")
            assert (await mallory.closed())[0] == 4429
            await alice.append(1, "YWxpY2U")
            while (await bob.receive_type("entry"))["body"] != "YWxpY2U":
                pass
