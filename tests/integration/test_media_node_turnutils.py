"""Debian's TURN client, which shares no code with ours, runs clean through the media node: two clients of one room, back and forth."""

import asyncio
import re

import pytest

from incamera.adapters.media_node import Listen, MediaNode, NodeSettings, Transport

SECRET = "a secret of the tests"  # noqa: S105 - of no other use
# Two pairs of clients, 20 messages each, 5 ms apart, by Send indications: its channel numbers are those of RFC 5766, which RFC 8656 gave away.
# Without RTCP: a reserved port belongs to the thread that reserved it, and the second client may reach another one.
LOAD = ["-y", "-c", "-m", "4", "-n", "20", "-z", "5", "-l", "500", "-s"]


@pytest.mark.parametrize(("transport", "options"), [("udp", []), ("tcp", ["-t"])])
async def test_turnutils_uclient_loses_nothing(transport: Transport, options: list[str]) -> None:
    settings = NodeSettings(listen=[Listen(transport, "127.0.0.1", 0)], secrets=[SECRET.encode()], relay_addresses=["203.0.113.1"])
    node = MediaNode(settings)
    await node.start(lambda _event: None)
    node.admit("somebody", room=1)
    port = str(node.listening()[0].port)
    client = await asyncio.create_subprocess_exec(
        "turnutils_uclient",
        *options,
        *LOAD,
        "-u",
        "somebody",
        "-W",
        SECRET,
        "-p",
        port,
        "127.0.0.1",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        told, _ = await client.communicate()
    counters = node.counters()
    await node.stop()
    assert client.returncode == 0, told.decode(errors="replace")
    lost = re.search(rb"Total lost packets (\d+) .* total send dropped (\d+)", told)
    assert lost, told.decode(errors="replace")
    assert (int(lost[1]), int(lost[2])) == (0, 0)
    assert counters["packets_to_clients"] >= 80
    assert counters["panics"] == 0
