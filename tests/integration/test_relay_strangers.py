"""A stranger with Debian's TURN tools gets nothing out of the relay of the real `incamera serve` but an error; who was let into a room runs clean."""

import asyncio
import contextlib
import os
import re
import secrets
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from incamera.cli.relay_socket import RelaySocket
from incamera.cli.stun import Attribute, Method, emit_request, long_term_key, parse_answer
from incamera.cli.turn_url import RelayAddress
from incamera.control.turn_credentials import TurnCredential, issue
from tests.integration.world import PATIENCE_S, RoomKeys, World

CHECKOUT = Path(__file__).resolve().parents[2]
SECRET = "a secret that only the server of this test has"  # noqa: S105 - of no other use
# By UDP and by TCP.
TRANSPORTS: tuple[list[str], ...] = ([], ["-t"])
HOUR_S = 3_600


class Served(World):
    """The command itself, as a process of its own."""

    process: asyncio.subprocess.Process
    relay_port = 0

    async def start(self) -> None:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT / "src"), "INCAMERA_TURN_SECRET": SECRET}
        command = [sys.executable, "-m", "incamera", "serve", "--port", "0", "--no-room", "--json", "--data-dir", str(self.settings.data_dir)]
        self.process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(3 * PATIENCE_S):
            said = (await self.process.stdout.readline()).decode()
        found = re.search(r'"address": "([^"]+)"', said)
        assert found, said
        self.origin = found[1]
        self._http = httpx2.AsyncClient(base_url=self.origin, timeout=PATIENCE_S)

    async def stop(self) -> None:
        await self.http.aclose()
        self.process.terminate()
        await self.process.wait()

    async def credential(self, grant: dict[str, Any]) -> TurnCredential:
        """What the server itself gives to somebody who is in a room; where the relay is stands beside it."""
        answer = (await self.http.get("/api/turn-credentials", headers={"Authorization": f"Bearer {grant['grant']}"})).json()
        server = answer["iceServers"][0]
        self.relay_port = int(re.search(r":(\d+)\?", server["urls"][0])[1])  # type: ignore[index]
        return TurnCredential(server["username"], server["credential"], answer["ttl"])

    async def relay(self) -> str:
        """The relay's port, as anybody in a room learns it."""
        keys = await self.create_room()
        grant = await self.grant(keys)
        async with self.joined(keys, grant):
            await self.credential(grant)
        return str(self.relay_port)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    world = Served(tmp_path)
    await world.start()
    try:
        yield world
    finally:
        await world.stop()


@contextlib.asynccontextmanager
async def somebody(world: Served, keys: RoomKeys) -> AsyncIterator[TurnCredential]:
    """In the room, for as long as this lasts."""
    grant = await world.grant(keys)
    async with world.joined(keys, grant):
        yield await world.credential(grant)


async def uclient(*options: str) -> tuple[int, str]:
    """Debian's client: exit code and what it said. Two clients that would talk with each other, or with the peer that `options` names."""
    load = ["-v", "-c", "-m", "2", "-n", "5", "-z", "5", "-s"]
    process = await asyncio.create_subprocess_exec(
        "turnutils_uclient", *load, *options, "127.0.0.1", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(6 * PATIENCE_S):
        told, _ = await process.communicate()
    return process.returncode or 0, told.decode(errors="replace")


def as_somebody(credential: TurnCredential) -> list[str]:
    return ["-u", credential.username, "-w", credential.credential]


def is_refused(outcome: tuple[int, str]) -> bool:
    """Whether it ended with the relay's refusal, and not for a reason of its own or after it sent something."""
    code, told = outcome
    return code != 0 and re.search(r"Cannot complete Allocation|error 403", told) is not None and "Total lost packets" not in told


async def test_a_stranger_with_debians_client_gets_nothing_but_an_error(served: Served) -> None:
    port = await served.relay()
    now = int(time.time())
    strangers = {
        "no credentials": [],
        "a made-up password": ["-u", f"{now + HOUR_S}:somebody", "-w", "made up"],
        "another secret": ["-u", "somebody", "-W", "a secret of somebody else"],
        "a credential that ran out": as_somebody(issue([SECRET], "somebody", now - HOUR_S, 60)),
        "a name without an expiry": ["-u", "somebody", "-w", "somebody"],
        "the right secret, for somebody who is in no room": ["-u", "nobody", "-W", SECRET],
    }
    for by in TRANSPORTS:
        # Each from an address of its own: one source gets only so many answers, and after that silence.
        shown = [["-L", f"127.0.0.{host}", *options] for host, options in enumerate(strangers.values(), 2)]
        outcomes = await asyncio.gather(*(uclient(*by, "-y", "-p", port, *options) for options in shown))
        assert [what for what, outcome in zip(strangers, outcomes, strict=True) if not is_refused(outcome)] == [], outcomes


async def test_who_is_in_a_room_runs_clean_and_gets_nothing_any_more_when_gone(served: Served) -> None:
    keys = await served.create_room()
    grant = await served.grant(keys)
    async with served.joined(keys, grant) as (socket, _):
        credential = await served.credential(grant)
        shown = ["-y", "-p", str(served.relay_port), *as_somebody(credential)]
        for by in TRANSPORTS:
            code, told = await uclient(*by, *shown)
            lost = re.search(r"Total lost packets (\d+) .* total send dropped (\d+)", told)
            assert (code, lost and lost.groups()) == (0, ("0", "0")), told
        await socket.send(type="bye")
        await socket.closed()
    for by in TRANSPORTS:
        assert is_refused(await uclient(*by, *shown))


@contextlib.contextmanager
def allocated(port: int, credential: TurnCredential) -> Iterator[tuple[str, int]]:
    """The relayed address of an allocation that stays as long as this lasts."""
    transport = (Attribute.REQUESTED_TRANSPORT, b"\x11\x00\x00\x00")
    with RelaySocket(RelayAddress("127.0.0.1", port, is_tls=False, is_tcp=True)) as relay:
        first, second = secrets.token_bytes(12), secrets.token_bytes(12)
        challenge = parse_answer(relay.ask(emit_request(Method.ALLOCATE, first, [transport])), first)
        realm, nonce = challenge.attributes[Attribute.REALM], challenge.attributes[Attribute.NONCE]
        signed = [(Attribute.USERNAME, credential.username.encode()), (Attribute.REALM, realm), (Attribute.NONCE, nonce)]
        key = long_term_key(credential.username, realm.decode(), credential.credential)
        answer = parse_answer(relay.ask(emit_request(Method.ALLOCATE, second, [transport, *signed], key)), second)
        assert answer.error == 0
        _, _, port_1, port_2, *host = answer.attributes[Attribute.XOR_RELAYED_ADDRESS]
        cookie = b"\x21\x12\xa4\x42"
        yield ".".join(str(byte ^ mask) for byte, mask in zip(host, cookie, strict=True)), (port_1 ^ cookie[0]) << 8 | (port_2 ^ cookie[1])


async def test_a_credential_of_one_room_reaches_nobody_of_another_and_nothing_else(served: Served) -> None:
    async with somebody(served, await served.create_room()) as mine, somebody(served, await served.create_room()) as others:
        with allocated(served.relay_port, others) as of_others:
            peers = (of_others, ("127.0.0.1", served.relay_port), ("8.8.8.8", 53), ("169.254.169.254", 80))
            for by in TRANSPORTS:
                who = [*by, "-p", str(served.relay_port), *as_somebody(mine)]
                outcomes = await asyncio.gather(*(uclient(*who, "-e", host, "-r", str(port)) for host, port in peers))
                assert [peer for peer, outcome in zip(peers, outcomes, strict=True) if not is_refused(outcome)] == [], outcomes
