"""The SFU as Python sees it: offers are answered or refused in time, legs end, and who has no SFU is told so."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from incamera.adapters.media_node import Listen, MediaNode, NodeEvent, NodeSettings, SfuEnded, SfuSlots, Wish
from incamera.errors import IncameraError, UnavailableError

SETTINGS = NodeSettings(
    listen=[Listen("udp", "127.0.0.1", 0)],
    secrets=[b"a secret of the tests"],
    relay_addresses=["203.0.113.1"],
    shards=1,
    sfu_listen=[Listen("udp", "127.0.0.1", 0)],
    sfu_addresses=["127.0.0.1"],
)
PATIENCE_S = 10
HEAD = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2 3 4 5
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
"""
LINES = [("audio", "sendonly"), ("video", "sendonly"), ("video", "sendonly"), ("audio", "sendonly"), ("audio", "recvonly"), ("video", "recvonly")]


def offer(fingerprint: str = ":".join(["AB"] * 32)) -> str:
    """What a browser would say, without what does not matter here."""
    text = HEAD.format(fingerprint=fingerprint)
    for mid, (kind, direction) in enumerate(LINES):
        number, codec = (111, "opus/48000/2") if kind == "audio" else (96, "VP8/90000")
        text += f"m={kind} 9 UDP/TLS/RTP/SAVPF {number}\nc=IN IP4 0.0.0.0\na=mid:{mid}\na={direction}\na=rtcp-mux\na=rtpmap:{number} {codec}\n"
    return text.replace("\n", "\r\n")


@contextlib.asynccontextmanager
async def running(settings: NodeSettings) -> AsyncIterator[tuple[MediaNode, asyncio.Queue[NodeEvent]]]:
    node, heard = MediaNode(settings), asyncio.Queue[NodeEvent]()
    await node.start(heard.put_nowait)
    try:
        yield node, heard
    finally:
        await node.stop()


async def test_an_offer_is_answered_and_slots_follow_the_wishes() -> None:
    async with running(SETTINGS) as (node, heard), asyncio.timeout(PATIENCE_S):
        answer = await node.sfu_offer(7, "alice", "leg-a", offer())
        port = node.sfu_listening()[0].port
        assert "a=ice-lite" in answer
        assert "a=setup:passive" in answer
        assert f" 127.0.0.1 {port} typ host" in answer
        assert [line for line in answer.splitlines() if line.startswith("m=")] == [
            f"m={kind} 9 UDP/TLS/RTP/SAVPF {111 if kind == 'audio' else 96}" for kind, _ in LINES
        ]
        await node.sfu_offer(7, "bob", "leg-b", offer())
        await node.sfu_offer(8, "carol", "leg-c", offer())
        node.sfu_subscribe(7, "alice", "leg-a", [Wish("4", "bob", 0, 0), Wish("5", "carol", 1, 0)])
        assert await heard.get() == SfuSlots("alice", "leg-a", [("4", "bob", 0)])
        node.sfu_close(7, "bob")
        assert await heard.get() == SfuEnded("bob", "leg-b", "closed")
        assert await heard.get() == SfuSlots("alice", "leg-a", [])
        await node.sfu_offer(7, "alice", "leg-a2", offer())
        assert await heard.get() == SfuEnded("alice", "leg-a", "replaced")
        assert node.counters()["sfu_legs"] <= 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "remote.malformed"),
        ("v=0\r\n" * 90_000, "remote.malformed"),
        (offer().replace("a=setup:actpass", "a=setup:passive"), "remote.malformed"),
        (offer().replace("a=fingerprint", "a=imprint"), "integrity.sdp"),
        (offer().replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "integrity.sdp"),
        (offer() + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n", "integrity.sdp"),
    ],
)
async def test_an_offer_that_breaks_the_rules_is_refused(text: str, code: str) -> None:
    async with running(SETTINGS) as (node, _):
        with pytest.raises(IncameraError) as refused:
            await node.sfu_offer(7, "alice", "leg", text)
        assert refused.value.code == code
        assert node.counters()["sfu_legs"] == 0


async def test_a_node_without_an_sfu_says_so() -> None:
    async with running(replace(SETTINGS, sfu_listen=[])) as (node, _):
        with pytest.raises(UnavailableError):
            await node.sfu_offer(7, "alice", "leg", offer())
        with pytest.raises(UnavailableError):
            node.sfu_close(7, "alice")
