"""The host replaces the room's link: what was given out by the old one ends, except for those who are kept."""

import base64
import hashlib
import os
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.integration.world import RoomKeys, World, b64u, running


async def _hosted(world: World) -> tuple[RoomKeys, dict[str, Any]]:
    """A room, and the grant of its host."""
    host = Ed25519PrivateKey.generate()
    keys = await world.create_room(capacity=6, topology="group", host_public_key=host.public_key().public_bytes_raw())
    at = int(time.time())
    signed = b"incamera/1 host grant\x00" + base64.urlsafe_b64decode(keys.room_id + "==") + at.to_bytes(8, "big")
    return keys, await world.grant(keys, host_proof={"signature": b64u(host.sign(signed)), "at": at})


async def _replace(world: World, keys: RoomKeys, grant: dict[str, Any], keep: list[str]) -> tuple[int, RoomKeys]:
    new = RoomKeys(keys.room_id, b64u(os.urandom(32)), keys.host_public_key)
    access_hash = b64u(hashlib.sha256(base64.urlsafe_b64decode(new.access + "=")).digest())
    answer = await world.http.put(
        f"/api/rooms/{keys.room_id}/access",
        json={"access_hash": access_hash, "sealed_policy": "bmV3", "keep": keep},
        headers={"authorization": f"Bearer {grant['grant']}"},
    )
    return answer.status_code, new


async def test_the_old_link_opens_nothing_any_more_and_the_new_one_gets_the_new_rules(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys, host = await _hosted(world)
        status, new = await _replace(world, keys, host, [])
        assert status == 204
        refused = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access})
        assert (refused.status_code, refused.json()["code"]) == (404, "denied.room-or-key")
        assert (await world.grant(new))["sealed_policy"] == "bmV3"


async def test_grants_of_the_old_link_end_with_their_sockets_but_for_those_who_are_kept(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys, host = await _hosted(world)
        removed, spare, kept = [await world.grant(keys) for _ in range(3)]
        async with world.joined(keys, host) as (hosts, _), world.joined(keys, removed) as (gone, _), world.joined(keys, kept) as (stays, _):
            status, _new = await _replace(world, keys, host, [kept["participant_id"]])
            assert status == 204
            code, messages = await gone.closed()
            assert (code, messages[-1]) == (4403, {"type": "closing", "code": "denied.link-replaced"})
            for socket in (hosts, stays):
                await socket.send(type="ping", ref=7)
                assert (await socket.receive_type("pong"))["ref"] == 7
            for grant in (removed, spare):
                async with world.socket() as again:
                    await again.send(type="join", version=1, grant=grant["grant"], room_id=keys.room_id, have=None)
                    assert (await again.receive())["code"] == "denied.grant"
                answer = await world.http.get("/api/turn-credentials", headers={"authorization": f"Bearer {grant['grant']}"})
                assert answer.status_code == 401


async def test_only_the_host_replaces_the_link(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys, _host = await _hosted(world)
        other, others_host = await _hosted(world)
        assert (await _replace(world, keys, await world.grant(keys), []))[0] == 403
        assert (await _replace(world, keys, others_host, []))[0] == 401
        assert (await _replace(world, keys, {"grant": b64u(os.urandom(32))}, []))[0] == 401
        assert other.room_id != keys.room_id
        await world.grant(keys)
