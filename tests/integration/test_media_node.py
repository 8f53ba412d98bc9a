"""The media node in this process: what Python can ask of it, what it hears of it, and that packets never wait for Python."""

import asyncio
import contextlib
import ctypes
import select
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from incamera.adapters.media_node import Allocated, Ended, Listen, MediaNode, NodeEvent, NodeSettings, Transport
from incamera.cli.relay_probe import probe_allocation, probe_binding
from incamera.cli.stun import Method, emit_request, parse_answer
from incamera.cli.turn_url import RelayAddress
from incamera.control.turn_credentials import TurnCredential, issue
from incamera.errors import IncameraError, LocalError, UnavailableError

SECRET = "a secret of the tests"  # noqa: S105 - of no other use
SETTINGS = NodeSettings(
    listen=[Listen("udp", "127.0.0.1", 0), Listen("tcp", "127.0.0.1", 0), Listen("udp", "::1", 0)],
    secrets=[SECRET.encode()],
    relay_addresses=["203.0.113.1", "2001:db8::1"],
)
PATIENCE_S = 10


class Heard(asyncio.Queue[NodeEvent]):
    """Events as they come."""

    async def wait_for(self, wanted: NodeEvent) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while await self.get() != wanted:
                pass


@contextlib.asynccontextmanager
async def running(settings: NodeSettings) -> AsyncIterator[tuple[MediaNode, Heard]]:
    node, heard = MediaNode(settings), Heard()
    await node.start(heard.put_nowait)
    try:
        yield node, heard
    finally:
        await node.stop()


def at(node: MediaNode, transport: Transport, host: str = "127.0.0.1") -> RelayAddress:
    port = next(listen.port for listen in node.listening() if (listen.transport, listen.host) == (transport, host))
    return RelayAddress(host if transport != "tls" else "localhost", port, is_tls=transport == "tls", is_tcp=transport != "udp")


def credential(user: str) -> TurnCredential:
    return issue([SECRET], user, int(time.time()), 60)


async def allocate(relay: RelayAddress, user: str) -> list[str]:
    return await asyncio.to_thread(probe_allocation, relay, credential(user))


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_who_is_admitted_can_allocate_and_reaches_nothing_forbidden(
    transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    certificate = authority.issue_cert("localhost")
    settings = replace(
        SETTINGS,
        listen=[*SETTINGS.listen, Listen("tls", "127.0.0.1", 0)],
        tls_certificates_pem=b"".join(blob.bytes() for blob in certificate.cert_chain_pems),
        tls_private_key_pem=certificate.private_key_pem.bytes(),
    )
    async with running(settings) as (node, heard):
        node.admit("alice", room=7)
        assert await allocate(at(node, transport), "alice") == []
        await heard.wait_for(Allocated("alice", 7, transport))
        await heard.wait_for(Ended("alice", 7, transport, "released", 0, 0))
        assert node.counters()["allocations_made"] == 1
        assert node.counters()["peers_denied"] >= 3


async def test_it_answers_over_ipv6() -> None:
    async with running(SETTINGS) as (node, _heard):
        await asyncio.to_thread(probe_binding, at(node, "udp", "::1"))


async def test_a_good_credential_of_somebody_unknown_is_of_no_use() -> None:
    async with running(SETTINGS) as (node, heard):
        assert await allocate(at(node, "udp"), "nobody") == []
        assert heard.empty()
        assert node.counters()["allocations_made"] == 0


async def test_after_a_change_of_secrets_only_the_new_one_signs() -> None:
    async with running(SETTINGS) as (node, _heard):
        node.admit("alice", room=7)
        assert await allocate(at(node, "udp"), "alice") == []
        node.set_secrets([b"another secret of the tests"])
        with pytest.raises(UnavailableError):
            await allocate(at(node, "udp"), "alice")


async def test_a_renewed_certificate_is_shown_to_whoever_comes_next_and_a_broken_one_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorities = [trustme.CA(), trustme.CA()]
    pems = []
    for number, authority in enumerate(authorities):
        authority.cert_pem.write_to_path(tmp_path / f"{number}.pem")
        made = authority.issue_cert("localhost")
        pems.append((made.cert_chain_pems[0].bytes(), made.private_key_pem.bytes()))
    settings = replace(SETTINGS, listen=[Listen("tls", "127.0.0.1", 0)], tls_certificates_pem=pems[0][0], tls_private_key_pem=pems[0][1])
    async with running(settings) as (node, _heard):

        async def is_trusted(number: int) -> bool:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / f"{number}.pem"))
            try:
                await asyncio.to_thread(probe_binding, at(node, "tls"))
            except UnavailableError as error:
                if "certificate" not in error.detail:
                    raise
                return False
            return True

        assert [await is_trusted(0), await is_trusted(1)] == [True, False]
        for broken in ((pems[0][0], pems[1][1]), (b"no certificate", pems[1][1]), (pems[1][0], b"no key")):
            with pytest.raises(LocalError):
                node.set_certificate(*broken)
        assert [await is_trusted(0), await is_trusted(1)] == [True, False]
        node.set_certificate(*pems[1])
        assert [await is_trusted(0), await is_trusted(1)] == [False, True]


async def test_it_answers_while_python_holds_its_lock() -> None:
    async with running(replace(SETTINGS, shards=1)) as (node, _heard):
        relay = at(node, "udp")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.connect((relay.host, relay.port))
            client.send(emit_request(Method.BINDING, b"twelve bytes"))
            # PyDLL, unlike CDLL, keeps the interpreter's lock during the call.
            pollfd = (ctypes.c_int * 2)(client.fileno(), select.POLLIN)
            assert ctypes.PyDLL(None).poll(pollfd, 1, PATIENCE_S * 1_000) == 1
            assert parse_answer(client.recv(2_048), b"twelve bytes").error == 0


async def test_a_port_that_is_taken_is_said() -> None:
    async with running(SETTINGS) as (node, _heard):
        second = MediaNode(replace(SETTINGS, listen=node.listening()))
        with pytest.raises(LocalError) as told:
            await second.start(lambda _event: None)
        assert told.value.code == "local.port-taken"


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SETTINGS, listen=[]),
        replace(SETTINGS, listen=[Listen("udp", "localhost", 0)]),
        replace(SETTINGS, listen=[Listen("tls", "127.0.0.1", 0)]),
        replace(SETTINGS, secrets=[]),
        replace(SETTINGS, relay_addresses=[]),
        replace(SETTINGS, relay_ports=(1, 70_000)),
        replace(SETTINGS, tls_certificates_pem=b"x", tls_private_key_pem=b"x", listen=[Listen("tls", "127.0.0.1", 0)]),
    ],
)
async def test_settings_that_can_not_be_served_with_are_said(wrong: NodeSettings) -> None:
    with pytest.raises(LocalError) as told:
        await MediaNode(wrong).start(lambda _event: None)
    assert told.value.code == "local.settings"


async def test_what_is_not_running_says_so_and_can_be_started_again() -> None:
    node = MediaNode(SETTINGS)
    asks: list[Callable[[], object]] = [node.counters, node.listening, lambda: node.admit("alice", 1), lambda: node.evict("alice", 0)]
    for _ in range(2):
        for ask in asks:
            with pytest.raises(IncameraError) as told:
                ask()
            assert told.value.code == "unavailable.relay"
        await node.start(lambda _event: None)
        assert len(node.listening()) == len(SETTINGS.listen)
        await node.stop()
        await node.stop()


async def test_commands_that_make_no_sense_are_refused() -> None:
    async with running(SETTINGS) as (node, _heard):
        commands: list[Callable[[], None]] = [lambda: node.admit("", 1), lambda: node.admit("a" * 129, 1), lambda: node.set_secrets([b"short"])]
        for command in commands:
            with pytest.raises(LocalError):
                command()


def test_settings_show_no_secret() -> None:
    shown = repr(replace(SETTINGS, tls_private_key_pem=b"a private key"))
    assert SECRET not in shown
    assert "a private key" not in shown


async def test_stopping_leaves_no_thread_and_no_descriptor() -> None:
    def open_now() -> tuple[int, set[str]]:
        names = set()
        for task in Path("/proc/self/task").iterdir():
            with contextlib.suppress(OSError):
                names.add((task / "comm").read_text().strip())
        return len(list(Path("/proc/self/fd").iterdir())), {name for name in names if name.startswith("media-")}

    async def becomes(holds: Callable[[tuple[int, set[str]]], bool]) -> None:
        # A thread names itself once it runs, and its entry in /proc goes a moment after it was joined.
        async with asyncio.timeout(PATIENCE_S):
            while not holds(open_now()):
                await asyncio.to_thread(lambda: None)

    async with running(SETTINGS):
        pass
    await becomes(lambda now: not now[1])
    before = open_now()
    for _ in range(3):
        async with running(SETTINGS):
            await becomes(lambda now: "media-0" in now[1])
    await becomes(lambda now: now == before)
