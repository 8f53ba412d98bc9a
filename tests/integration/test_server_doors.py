"""Who gets in, and who does not: grants, scopes, origins, hosts, rates; and what a refusal may tell."""

import asyncio
import base64
import contextlib
import json
import ssl
import time
from pathlib import Path

import httpx2
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import connect

from incamera.adapters.clock import SystemClock
from incamera.control.turn_credentials import verify
from incamera.server.keys import create_key, list_keys, revoke_key
from tests.integration.world import RoomKeys, World, b64u, running

UNKNOWN = b64u(bytes(32))
ELSEWHERE = "https://evil.example"


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "code"}
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]


async def test_a_wrong_room_and_a_wrong_key_get_the_same_answer(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        wrong_key = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": UNKNOWN})
        wrong_room = await world.http.post(f"/api/rooms/{b64u(bytes(16))}/grants", json={"access": keys.access})
        assert code_of(wrong_key) == code_of(wrong_room) == (404, "denied.room-or-key")
        assert wrong_key.content == wrong_room.content
        shapes = [{name: value for name, value in answer.headers.items() if name != "date"} for answer in (wrong_key, wrong_room)]
        assert shapes[0] == shapes[1]


async def test_the_host_key_gets_moderate_and_closes_the_room(tmp_path: Path) -> None:
    host = Ed25519PrivateKey.generate()
    async with running(tmp_path) as world:
        keys = await world.create_room(host_public_key=host.public_key().public_bytes_raw())
        plain = await world.grant(keys)
        at = int(time.time())
        grant = await world.grant(keys, host_proof=proof(host, keys, at))
        assert (plain["scopes"], grant["scopes"]) == (["publish"], ["moderate", "publish"])
        async with world.joined(keys, plain) as (alice, _):
            refused = await world.http.delete(f"/api/rooms/{keys.room_id}", headers=bearer(plain))
            assert code_of(refused) == (403, "denied.scope")
            assert (await world.http.delete(f"/api/rooms/{keys.room_id}", headers=bearer(grant))).status_code == 204
            code, last = await alice.closed()
        assert (code, last[-1]) == (4410, {"type": "closing", "code": "denied.room-gone"})
        gone = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access})
        assert code_of(gone) == (410, "denied.room-gone")


@pytest.mark.parametrize("fault", ["another key", "too old", "another room"])
async def test_a_host_proof_must_be_the_hosts_fresh_and_for_this_room(tmp_path: Path, fault: str) -> None:
    host = Ed25519PrivateKey.generate()
    async with running(tmp_path) as world:
        keys = await world.create_room(host_public_key=host.public_key().public_bytes_raw())
        at = int(time.time()) - (301 if fault == "too old" else 0)
        signer = Ed25519PrivateKey.generate() if fault == "another key" else host
        about = RoomKeys(b64u(b"x" * 16), keys.access) if fault == "another room" else keys
        answer = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access, "host_proof": proof(signer, about, at)})
        assert code_of(answer) == (404, "denied.room-or-key")


def proof(host: Ed25519PrivateKey, keys: RoomKeys, at: int) -> dict[str, object]:
    signed = b"incamera/1 host grant\x00" + base64.urlsafe_b64decode(keys.room_id + "==") + at.to_bytes(8, "big")
    return {"signature": b64u(host.sign(signed)), "at": at}


def bearer(grant: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {grant['grant']}"}


async def test_a_socket_needs_a_living_grant_of_this_very_room(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys, other = await world.create_room(), await world.create_room()
        grant = await world.grant(keys)
        for shown, room_id in ((UNKNOWN, keys.room_id), (grant["grant"], other.room_id)):
            async with world.socket() as socket:
                await socket.send(type="join", version=1, grant=shown, room_id=room_id, have=None)
                code, messages = await socket.closed()
            assert (code, messages[-1]["code"]) == (4401, "denied.grant")


async def test_bye_ends_the_grant(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        async with world.joined(keys) as (bob, _):
            async with world.joined(keys, grant) as (alice, _):
                await alice.send(type="bye")
                assert (await alice.closed())[0] == 1000
            assert (await bob.receive_type("presence"))["state"] == "here"
            assert await bob.receive_type("presence") == {"type": "presence", "participant_id": grant["participant_id"], "state": "gone"}
        async with world.socket() as socket:
            await socket.send(type="join", version=1, grant=grant["grant"], room_id=keys.room_id, have=None)
            assert (await socket.closed())[0] == 4401


async def test_a_newer_socket_takes_over_and_nobody_else_notices(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        async with world.joined(keys) as (bob, _), world.joined(keys, grant) as (older, _):
            assert (await bob.receive())["state"] == "here"
            async with world.joined(keys, grant) as (newer, joined):
                assert len(joined["participants"]) == 2
                assert await older.closed() == (4409, [{"type": "closing", "code": "denied.superseded"}])
                await newer.append(1)
                assert (await bob.receive())["type"] == "entry", "no presence came in between"


async def test_a_room_takes_capacity_and_eight_sockets(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with contextlib.AsyncExitStack() as crowd:
            for _ in range(10):
                await crowd.enter_async_context(world.joined(keys))
            grant = await world.grant(keys)
            socket = await crowd.enter_async_context(world.socket())
            await socket.send(type="join", version=1, grant=grant["grant"], room_id=keys.room_id, have=None)
            code, messages = await socket.closed()
        assert (code, messages[-1]["code"]) == (4403, "denied.room-full")


async def test_turn_credentials_are_for_grants_whose_socket_is_joined(tmp_path: Path) -> None:
    relay = {"turn_urls": ("turn:relay.example:3478",), "turn_secret": ("new", "old"), "turn_ttl": 600}
    async with running(tmp_path, **relay) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": f"Bearer {UNKNOWN}"}, bearer(grant)):
            refused = await world.http.get("/api/turn-credentials", headers=headers)
            assert code_of(refused) == (401, "denied.grant")
            assert refused.headers["www-authenticate"] == "Bearer"
        async with world.joined(keys, grant):
            answer = (await world.http.get("/api/turn-credentials", headers=bearer(grant))).json()
        server = answer["iceServers"][0]
        assert (answer["ttl"], server["urls"]) == (600, ["turn:relay.example:3478"])
        assert server["username"].partition(":")[2] == grant["participant_id"]
        assert verify(["new"], server["username"], server["credential"], int(time.time()))


async def test_other_sites_are_refused_for_writes_and_sockets(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        for headers in ({"Origin": ELSEWHERE}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access}, headers=headers)
            assert code_of(answer) == (403, "denied.origin")
        own = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access}, headers={"Origin": world.origin})
        assert own.status_code == 201
        async with world.socket(Origin=ELSEWHERE) as socket:
            code, messages = await socket.closed()
        assert (code, messages[-1]["code"]) == (4403, "denied.origin")


async def test_a_name_of_another_site_that_points_here_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "169.254.169.254", ""):
            answer = await world.http.get("/healthz", headers={"Host": host})
            assert code_of(answer) == (403, "denied.origin"), host
        for host in ("localhost", "127.0.0.1:9", "[::1]:9", "calls.localhost"):
            assert (await world.http.get("/healthz", headers={"Host": host})).status_code == 200, host


async def test_beyond_this_computer_rooms_need_an_api_key(tmp_path: Path) -> None:
    async with running(tmp_path, public_url="https://calls.example.org", turn="off") as world:
        keys = RoomKeys(b64u(b"r" * 16), b64u(b"a" * 32))
        headers = {"Host": "calls.example.org", "Origin": "https://calls.example.org"}
        body = world.room_body(keys)
        assert code_of(await world.http.post("/api/rooms", json=body, headers=headers)) == (401, "denied.api-key")
        assert code_of(await world.http.get("/api/rooms", headers=headers)) == (401, "denied.api-key")
        assert code_of(await world.http.post("/api/rooms", json=body)) == (401, "denied.api-key"), "the loopback name changes nothing"
        key = await create_key(world.settings, "website")
        assert key.startswith("ick_")
        assert key.encode() not in (tmp_path / "incamera.db").read_bytes()
        with_key = {**headers, "Authorization": f"Bearer {key}"}
        assert (await world.http.post("/api/rooms", json=body, headers=with_key)).status_code == 201
        assert [room["room_id"] for room in (await world.http.get("/api/rooms", headers=with_key)).json()["rooms"]] == [keys.room_id]
        assert (await world.http.delete(f"/api/rooms/{keys.room_id}", headers=with_key)).status_code == 204
        assert [one.name for one in await list_keys(world.settings)] == ["website"]
        assert await revoke_key(world.settings, "website")
        assert code_of(await world.http.get("/api/rooms", headers=with_key)) == (401, "denied.api-key")


async def test_a_proxy_in_front_of_a_private_server_does_not_open_it(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        body = world.room_body(RoomKeys(b64u(b"r" * 16), b64u(b"a" * 32)))
        answer = await world.http.post("/api/rooms", json=body, headers={"X-Forwarded-For": "203.0.113.9"})
        assert code_of(answer) == (401, "denied.api-key")


async def test_the_list_of_rooms_is_not_for_pages(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys):
            rooms = (await world.http.get("/api/rooms")).json()["rooms"]
        assert [(room["room_id"], room["present"]) for room in rooms] == [(keys.room_id, 1)]
        assert code_of(await world.http.get("/api/rooms", headers={"Origin": world.origin})) == (401, "denied.api-key")


async def test_rates_hold_per_address_and_trusted_proxies_tell_addresses_apart(tmp_path: Path) -> None:
    async with running(tmp_path, grants_per_minute=3, trusted_proxy=("127.0.0.0/8",)) as world:
        keys = await world.create_room()

        async def ask(address: str) -> int:
            headers = {"X-Forwarded-For": f"6.6.6.6, {address}"}
            return (await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access}, headers=headers)).status_code

        assert [await ask("203.0.113.1") for _ in range(4)] == [201, 201, 201, 429]
        assert await ask("203.0.113.2") == 201
        assert [await ask(f"2001:db8::{n}") for n in range(4)] == [201, 201, 201, 429], "one IPv6 network is one visitor"


async def test_without_a_trusted_proxy_the_header_is_not_believed(tmp_path: Path) -> None:
    async with running(tmp_path, grants_per_minute=2) as world:
        keys = await world.create_room()
        statuses = []
        for n in range(3):
            headers = {"X-Forwarded-For": f"203.0.113.{n}"}
            statuses.append((await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access}, headers=headers)).status_code)
        assert statuses == [201, 201, 429]


async def test_a_room_gives_out_sixty_four_grants_in_an_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hour = int(time.time()) // 3600 * 3600
    monkeypatch.setattr(SystemClock, "now", lambda _clock: hour + 1.0)
    async with running(tmp_path, grants_per_minute=1000) as world:
        keys = await world.create_room(life_s=10_000)
        answers = [await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access}) for _ in range(65)]
        assert [answer.status_code for answer in answers[:-1]] == [201] * 64
        assert code_of(answers[-1]) == (429, "remote.too-fast")
        monkeypatch.setattr(SystemClock, "now", lambda _clock: hour + 3601.0)
        await world.grant(keys)


async def test_too_many_sockets_from_one_address_are_turned_away(tmp_path: Path) -> None:
    async with running(tmp_path, sockets_per_minute=1) as world:
        keys = await world.create_room()
        async with world.joined(keys), world.socket() as second:
            code, messages = await second.closed()
        assert (code, messages[-1]["code"]) == (4429, "remote.too-fast")


async def test_who_appends_too_fast_is_closed_and_reconnecting_does_not_refill(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        async with world.joined(keys), world.joined(keys, grant) as (alice, _):
            for ref in range(400):
                await alice.append(ref)
            code, messages = await alice.closed()
            assert (code, messages[-1]["code"]) == (4429, "remote.too-fast")
            async with world.joined(keys, grant, have=10_000) as (again, _):
                for ref in range(60):
                    await again.append(ref)
                assert (await again.closed())[0] == 4429


async def test_tls_serves_https_with_hsts(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    world = World(tmp_path / "data", tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem")
    await world.start()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    async with httpx2.AsyncClient(base_url=world.origin, verify=trust) as http:
        answer = await http.get("/healthz")
    assert world.origin.startswith("https://")
    assert "max-age=63072000" in answer.headers["strict-transport-security"]
    assert f"connect-src 'self' {world.origin.replace('https', 'wss')};" in answer.headers["content-security-policy"]
    async with connect(world.origin.replace("https", "wss") + "/api/signal", ssl=trust) as wire:
        await wire.send(json.dumps({"type": "ping", "ref": 1}))
        assert json.loads(await wire.recv())["code"] == "remote.first-message"
    await world.stop()


async def test_who_does_not_join_in_time_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incamera.server.socket.JOIN_PATIENCE_S", 0.1)
    async with running(tmp_path) as world, world.socket() as socket:
        code, messages = await socket.closed()
    assert (code, messages[-1]["code"]) == (4408, "remote.first-message")


async def test_a_request_that_never_ends_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incamera.server.transports.REQUEST_PATIENCE_S", 0.2)
    async with running(tmp_path) as world:
        port = int(world.origin.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        async with asyncio.timeout(5):
            try:
                answer = await reader.read()
            except ConnectionResetError:
                answer = b""
        assert answer == b""
        writer.close()
