"""Our own relay as a server runs it: who gets in, until when, and what it tells."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from incamera.adapters.media_node import MediaNode
from incamera.control.turn_credentials import issue
from incamera.errors import LocalError, UnavailableError
from incamera.server.retention import Retention
from tests.integration.test_server_doors import proof
from tests.integration.turn_client import TurnClient
from tests.integration.world import PATIENCE_S, RoomKeys, World, running

Grant = dict[str, Any]


async def credentials(world: World, grant: Grant) -> dict[str, Any]:
    answer = await world.http.get("/api/turn-credentials", headers={"Authorization": f"Bearer {grant['grant']}"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def client(server: dict[str, Any], transport: str = "transport=udp") -> TurnClient:
    url = next(url for url in server["urls"] if url.endswith(transport) and (url.startswith("turns:") == ("turns" in transport)))
    return TurnClient(url, server["username"], server["credential"])


def allocates(server: dict[str, Any], transport: str = "transport=udp") -> int:
    """And lets go of it again: one participant may have a few at a time."""
    with client(server, transport) as one:
        return one.allocate() or one.release()


async def becomes(wanted: int, ask: Callable[[], int]) -> None:
    """Commands to the relay are heard by its threads in a moment."""
    async with asyncio.timeout(PATIENCE_S):
        while (now := await asyncio.to_thread(ask)) != wanted:
            assert now in (0, wanted)


@contextlib.asynccontextmanager
async def present(world: World, keys: RoomKeys, grant: Grant | None = None) -> AsyncIterator[dict[str, Any]]:
    """Somebody in the room; the relay's place and their credentials."""
    shown = grant or await world.grant(keys)
    async with world.joined(keys, shown):
        yield (await credentials(world, shown))["iceServers"][0]


@pytest.mark.parametrize("transport", ["transport=udp", "transport=tcp"])
async def test_who_is_in_a_room_is_told_where_the_relay_is_and_can_allocate(tmp_path: Path, transport: str) -> None:
    async with running(tmp_path) as world:
        grant = await world.grant(keys := await world.create_room())
        async with world.joined(keys, grant):
            answer = await credentials(world, grant)
            (server,) = answer["iceServers"]
            assert [re.sub(r":\d+\?", ":PORT?", url) for url in server["urls"]] == [
                "turn:127.0.0.1:PORT?transport=udp",
                "turn:127.0.0.1:PORT?transport=tcp",
            ]
            assert answer["ttl"] == 3_600
            assert server["username"].endswith(f":{grant['participant_id']}")
            await becomes(0, lambda: allocates(server, transport))
            assert allocates({**server, "credential": issue(["another secret of 16"], grant["participant_id"], 0, 60).credential}) == 401


async def test_with_no_relay_there_is_none_to_be_told_of(tmp_path: Path) -> None:
    async with running(tmp_path, turn="off") as world:
        grant = await world.grant(keys := await world.create_room())
        async with world.joined(keys, grant):
            assert (await credentials(world, grant))["iceServers"] == []
        assert "incamera_relay_" not in (await world.http.get("/metrics")).text
        assert not (tmp_path / "relay-secret").exists()


async def test_who_said_bye_is_out_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        grant = await world.grant(keys := await world.create_room())
        async with world.joined(keys, grant) as (alice, _):
            server = (await credentials(world, grant))["iceServers"][0]
            with await asyncio.to_thread(client, server) as held:
                await becomes(0, held.allocate)
                assert await asyncio.to_thread(held.refresh) == 0
                await alice.send(type="bye")
                assert (await alice.closed())[0] == 1000
                await becomes(437, held.refresh)
        await becomes(403, lambda: allocates(server))


async def test_a_lost_socket_ends_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        async with present(world, await world.create_room()) as server:
            await becomes(0, lambda: allocates(server))
        await becomes(0, lambda: world.parts.hall.socket_count)
        assert allocates(server) == 0


async def closed(world: World, keys: RoomKeys, host: Ed25519PrivateKey) -> None:
    grant = await world.grant(keys, host_proof=proof(host, keys, int(world.parts.clock.now())))
    answer = await world.http.delete(f"/api/rooms/{keys.room_id}", headers={"Authorization": f"Bearer {grant['grant']}"})
    assert answer.status_code == 204


async def expired(world: World, _keys: RoomKeys, _host: Ed25519PrivateKey) -> None:
    parts = world.parts
    await Retention(parts.store, parts.hall, parts.relay, parts.clock).run_once(parts.clock.now() + 601)


@pytest.mark.parametrize("ended", [closed, expired])
async def test_when_a_room_ends_nobody_of_it_keeps_the_relay_and_others_do(
    tmp_path: Path, ended: Callable[[World, RoomKeys, Ed25519PrivateKey], Awaitable[None]]
) -> None:
    host = Ed25519PrivateKey.generate()
    async with running(tmp_path) as world:
        ending, other = await world.create_room(life_s=600, host_public_key=host.public_key().public_bytes_raw()), await world.create_room()
        async with present(world, ending) as alice, present(world, ending) as bob, present(world, other) as carol:
            for server in (alice, bob, carol):
                await becomes(0, partial(allocates, server))
            await ended(world, ending, host)
            for server in (alice, bob):
                await becomes(403, partial(allocates, server))
            assert allocates(carol) == 0


async def test_people_of_one_room_reach_each_other_and_nobody_of_another(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        here, there = await world.create_room(), await world.create_room()
        async with present(world, here) as alice, present(world, here) as bob, present(world, there) as carol:
            with client(alice) as hers, client(bob) as his, client(carol) as of_another:
                for one in (hers, his, of_another):
                    await becomes(0, one.allocate)
                assert hers.permit(his.relayed) == his.permit(hers.relayed) == 0
                hers.send(his.relayed, b"hello Bob")
                assert his.receive(PATIENCE_S) == b"hello Bob"
                assert of_another.permit(his.relayed) == hers.permit(of_another.relayed) == 403
                of_another.send(his.relayed, b"hello from elsewhere")
                hers.send(of_another.relayed, b"hello to elsewhere")
                hers.send(his.relayed, b"hello again")
                assert his.receive(PATIENCE_S) == b"hello again", "the one from elsewhere was sent before it"
                assert of_another.receive(0.2) is None


async def test_credentials_outlive_a_restart_once_their_socket_is_back(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        grant = await world.grant(keys := await world.create_room())
        async with world.joined(keys, grant):
            server = (await credentials(world, grant))["iceServers"][0]
            await becomes(0, lambda: allocates(server))
    async with running(tmp_path) as world:
        assert world.parts.relay is not None
        now = {**server, "urls": world.parts.relay.urls}
        assert allocates(now) == 403, "the new process knows nobody yet"
        async with world.joined(keys, grant):
            await becomes(0, lambda: allocates(now))


async def test_expired_credentials_open_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        grant = await world.grant(keys := await world.create_room())
        async with world.joined(keys, grant):
            server = (await credentials(world, grant))["iceServers"][0]
            await becomes(0, lambda: allocates(server))
            assert world.parts.relay is not None
            old = issue(world.parts.relay.secrets, grant["participant_id"], int(world.parts.clock.now()) - 61, 60)
            assert allocates({**server, "username": old.username, "credential": old.credential}) == 401


async def test_the_metrics_tell_how_much_and_never_who(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        async with present(world, await world.create_room()) as server:
            with client(server) as one:
                await becomes(0, one.allocate)
                text = (await world.http.get("/metrics")).text
        numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("incamera_relay_"))
        assert float(numbers["incamera_relay_allocations"]) == 1
        assert float(numbers["incamera_relay_allocations_made_total"]) >= 1
        assert not any("{" in name for name in numbers), "no label"
        for told in (server["username"].partition(":")[2], one.relayed[0], "127.0.0.1"):
            assert told not in text


async def test_over_tls_it_shows_the_servers_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    made = authority.issue_cert("127.0.0.1")
    made.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    world = World(tmp_path, tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem")
    await world.start()
    try:
        relay = world.parts.relay
        assert relay is not None
        url = relay.urls[-1]
        assert url.startswith("turns:127.0.0.1:")
        assert url.endswith("?transport=tcp")
        stranger = issue(relay.secrets, "stranger", int(world.parts.clock.now()), 60)

        def ask() -> int:
            with TurnClient(url, stranger.username, stranger.credential) as one:
                return one.allocate()

        assert await asyncio.to_thread(ask) == 403
    finally:
        await world.stop()


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
async def test_a_port_that_was_asked_for_and_is_taken_is_said(tmp_path: Path, kind: int) -> None:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        world = World(tmp_path, turn_port=holder.getsockname()[1])
        with pytest.raises(LocalError) as told:
            await world.start()
        assert told.value.code == "local.port-taken"
        assert str(holder.getsockname()[1]) in told.value.detail


async def test_an_eviction_that_the_relay_had_no_time_for_is_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evict, refused = MediaNode.evict, 0

    def busy(node: MediaNode, user: str, until_s: int) -> None:
        nonlocal refused
        refused += 1
        if refused < 3:
            raise UnavailableError("unavailable.relay", "busy")
        evict(node, user, until_s)

    async with running(tmp_path) as world:
        grant = await world.grant(keys := await world.create_room())
        async with world.joined(keys, grant) as (alice, _):
            server = (await credentials(world, grant))["iceServers"][0]
            await becomes(0, lambda: allocates(server))
            monkeypatch.setattr(MediaNode, "evict", busy)
            await alice.send(type="bye")
            assert (await alice.closed())[0] == 1000
        await becomes(403, lambda: allocates(server))
        assert refused == 3
