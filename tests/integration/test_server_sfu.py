"""Legs to the SFU over the socket: who may have one, what becomes of the words about it, and when it ends. The SFU itself is a stand-in here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from incamera.adapters.media_node import MediaNode, SfuEnded, SfuSlots, Wish
from incamera.errors import RemoteError, UnavailableError
from tests.integration.world import Socket, World, b64u, running

LEG, OTHER_LEG = b64u(b"\x01" * 16), b64u(b"\x02" * 16)
BOB = b64u(b"\x03" * 16)


class StandIn:
    """Writes down what it is asked; the rest is the real node's."""

    def __init__(self, node: MediaNode) -> None:
        self._node = node
        self.asked: list[tuple[Any, ...]] = []
        self.refusal: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._node, name)

    async def sfu_offer(self, room: int, participant: str, leg_id: str, sdp: str) -> str:
        self.asked.append(("offer", room, participant, leg_id))
        if self.refusal is not None:
            raise self.refusal
        return f"answer to {sdp}"

    def sfu_subscribe(self, room: int, participant: str, leg_id: str, wishes: list[Wish]) -> None:
        self.asked.append(("subscribe", room, participant, leg_id, wishes))

    def sfu_close(self, room: int, participant: str) -> None:
        self.asked.append(("close", room, participant))


@asynccontextmanager
async def joined(world: World, topology: str = "group") -> AsyncIterator[tuple[Socket, StandIn, str]]:
    """A participant of a new room, and the stand-in."""
    node = world.parts.node
    assert node is not None
    assert node.running is not None
    stand_in = StandIn(node.running)
    node._running = stand_in  # type: ignore[assignment]
    keys = await world.create_room(topology=topology, capacity=12 if topology == "group" else 2)
    grant = await world.grant(keys)
    async with world.joined(keys, grant) as (alice, _):
        yield alice, stand_in, grant["participant_id"]


async def test_an_offer_is_answered_and_a_wish_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path) as world, joined(world) as (alice, sfu, me):
        await alice.send(type="sfu_offer", ref=7, leg_id=LEG, sdp="v=0")
        assert await alice.receive_type("sfu_answer") == {"type": "sfu_answer", "ref": 7, "leg_id": LEG, "sdp": "answer to v=0"}
        await alice.send(type="sfu_subscribe", ref=8, leg_id=LEG, slots=[{"mid": "4", "participant_id": BOB, "context": 1, "height_max": 180}])
        await alice.send(type="ping", ref=1)
        await alice.receive_type("pong")
        offer, wish = sfu.asked
        assert offer[2:] == (me, LEG)
        assert wish == ("subscribe", offer[1], me, LEG, [Wish("4", BOB, 1, 180)])


async def test_a_wish_about_a_leg_that_is_none_is_answered_by_its_end(tmp_path: Path) -> None:
    async with running(tmp_path) as world, joined(world) as (alice, sfu, _):
        await alice.send(type="sfu_subscribe", ref=1, leg_id=LEG, slots=[])
        assert await alice.receive_type("sfu_ended") == {"type": "sfu_ended", "leg_id": LEG, "code": "unavailable.path"}
        await alice.send(type="sfu_offer", ref=2, leg_id=OTHER_LEG, sdp="v=0")
        await alice.receive_type("sfu_answer")
        await alice.send(type="sfu_subscribe", ref=3, leg_id=LEG, slots=[])
        assert (await alice.receive_type("sfu_ended"))["leg_id"] == LEG
        assert [asked[0] for asked in sfu.asked] == ["offer"]


async def test_what_the_sfu_says_reaches_its_participant_only_and_only_of_the_leg_that_is(tmp_path: Path) -> None:
    async with running(tmp_path) as world, joined(world) as (alice, _, me):
        await alice.send(type="sfu_offer", ref=1, leg_id=LEG, sdp="v=0")
        await alice.receive_type("sfu_answer")
        assert world.parts.node is not None
        for event in (SfuSlots(me, OTHER_LEG, []), SfuSlots(BOB, LEG, []), SfuSlots(me, LEG, [("4", BOB, 1)]), SfuEnded(me, LEG, "lost")):
            world.parts.node._heard(event)
        assert await alice.receive() == {"type": "sfu_slots", "leg_id": LEG, "slots": [{"mid": "4", "participant_id": BOB, "context": 1}]}
        assert await alice.receive() == {"type": "sfu_ended", "leg_id": LEG, "code": "unavailable.path"}


async def test_a_direct_room_has_no_leg_and_the_socket_stays(tmp_path: Path) -> None:
    async with running(tmp_path) as world, joined(world, "direct") as (alice, sfu, _):
        await alice.send(type="sfu_offer", ref=2, leg_id=LEG, sdp="v=0")
        refused = await alice.receive_type("error")
        assert (refused["code"], refused["ref"]) == ("denied.topology", 2)
        await alice.send(type="ping", ref=3)
        assert (await alice.receive_type("pong"))["ref"] == 3
        assert sfu.asked == []


async def test_a_refusal_of_the_sfu_names_its_offer(tmp_path: Path) -> None:
    async with running(tmp_path) as world, joined(world) as (alice, sfu, _):
        for ref, refusal in enumerate((RemoteError("remote.malformed", "no"), UnavailableError("unavailable.sfu"))):
            sfu.refusal = refusal
            await alice.send(type="sfu_offer", ref=ref, leg_id=LEG, sdp="v=0")
            refused = await alice.receive_type("error")
            assert (refused["code"], refused["ref"]) == (refusal.code, ref)


async def test_without_an_sfu_there_is_none(tmp_path: Path) -> None:
    async with running(tmp_path, sfu="off") as world:
        keys = await world.create_room(topology="group", capacity=3)
        async with world.joined(keys, await world.grant(keys)) as (alice, _):
            await alice.send(type="sfu_offer", ref=4, leg_id=LEG, sdp="v=0")
            assert (await alice.receive_type("error"))["code"] == "unavailable.sfu"


async def test_only_the_leg_that_is_can_be_given_up_and_a_goodbye_ends_it(tmp_path: Path) -> None:
    async with running(tmp_path) as world, joined(world) as (alice, sfu, me):
        await alice.send(type="sfu_offer", ref=1, leg_id=LEG, sdp="v=0")
        await alice.receive_type("sfu_answer")
        await alice.send(type="sfu_close", leg_id=OTHER_LEG)
        await alice.send(type="ping", ref=1)
        await alice.receive_type("pong")
        assert len(sfu.asked) == 1
        await alice.send(type="bye")
        await alice.closed()
        assert sfu.asked[1:] == [("close", sfu.asked[0][1], me)]


async def test_offers_have_a_rate(tmp_path: Path) -> None:
    async with running(tmp_path) as world, joined(world) as (alice, _, _me):
        for ref in range(60):
            await alice.send(type="sfu_close", leg_id=LEG if ref else OTHER_LEG)
        code, last = await alice.closed()
        assert (code, last[-1]["code"]) == (4429, "remote.too-fast")
