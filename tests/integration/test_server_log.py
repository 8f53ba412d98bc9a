"""The numbered log over real sockets: order, resumption, restarts, and readers who do not keep up."""

import asyncio
from pathlib import Path

import pytest

from incamera.adapters.store import Store
from incamera.control import limits
from incamera.errors import UnavailableError
from incamera.server.retention import Retention
from tests.integration.world import World, b64u, running


async def test_an_entry_reaches_everybody_and_its_sender_before_appended(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (alice, joined), world.joined(keys) as (bob, _):
            await alice.append(7, "aGVsbG8", kind="genesis")
            entry = await alice.receive_type("entry")
            assert entry == {"type": "entry", "seq": 1, "kind": "genesis", "epoch": 0, "body": "aGVsbG8", "from": joined["participant_id"]}
            assert await alice.receive() == {"type": "appended", "ref": 7, "seq": 1}
            assert await bob.receive_type("entry") == entry


async def test_entries_of_two_senders_come_in_one_order_to_both(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (alice, _), world.joined(keys) as (bob, _):
            for ref in range(50):
                await alice.append(ref, "YWxpY2U")
                await bob.append(ref, "Ym9i")
            first, second = await alice.entries(100), await bob.entries(100)
            assert first == second
            assert [entry["seq"] for entry in first] == list(range(1, 101))


async def test_a_socket_resumes_after_what_it_has_without_gap_or_repeat(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        async with world.joined(keys) as (alice, _):
            for ref in range(200):
                await alice.append(ref)
            await alice.entries(200)
            async with world.joined(keys, grant, have=57) as (bob, joined):
                assert (joined["head"], joined["log_start"]) == (200, 1)
                for ref in range(20):
                    await alice.append(ref)
                assert [entry["seq"] for entry in await bob.entries(163)] == list(range(58, 221))


async def test_have_from_another_log_is_not_believed(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys, have=2**53 - 1) as (alice, joined):
            assert joined["head"] == 0
            await alice.append(1)
            assert (await alice.receive_type("entry"))["seq"] == 1


async def test_the_own_entry_comes_before_appended_even_while_catching_up(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (alice, _):
            for ref in range(250):
                await alice.append(ref)
            await alice.entries(250)
        async with world.joined(keys, have=0) as (bob, joined):
            await bob.append(9, "Ym9i")
            seen: list[int] = []
            while (message := await bob.receive())["type"] != "appended":
                if message["type"] == "entry":
                    seen.append(message["seq"])
            assert joined["head"] == 250
            assert message == {"type": "appended", "ref": 9, "seq": 251}
            assert seen == list(range(1, 252))


async def test_a_restart_keeps_rooms_grants_and_the_log(tmp_path: Path) -> None:
    world = World(tmp_path)
    await world.start()
    keys = await world.create_room()
    grant = await world.grant(keys)
    async with world.joined(keys, grant) as (alice, _):
        for ref in range(10):
            await alice.append(ref)
        while (await alice.receive_type("appended"))["seq"] < 10:
            pass
        await world.stop()
        code, last = await alice.closed()
    assert (code, last[-1]) == (1012, {"type": "closing", "code": "unavailable.restarting"})
    await world.start()
    async with world.joined(keys, grant, have=4) as (alice, joined):
        assert joined["participant_id"] == grant["participant_id"]
        assert [entry["seq"] for entry in await alice.entries(6)] == [5, 6, 7, 8, 9, 10]
        await alice.append(1)
        assert (await alice.receive_type("entry"))["seq"] == 11
    await world.stop()


async def test_the_oldest_entries_go_first_and_joined_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incamera.control.delivery.LOG_ENTRIES_MAX", 128)
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (alice, _):
            for ref in range(250):
                await alice.append(ref)
            await alice.entries(250)
        async with world.joined(keys, have=3) as (bob, joined):
            assert joined["head"] == 250
            assert joined["log_start"] > 4
            assert 250 - joined["log_start"] + 1 <= 128
            held = 250 - joined["log_start"] + 1
            assert [entry["seq"] for entry in await bob.entries(held)] == list(range(joined["log_start"], 251))


async def test_a_reader_who_never_reads_is_closed_and_nobody_else_suffers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incamera.control.outbox.QUEUE_MESSAGES_MAX", 20)
    async with running(tmp_path) as world:
        keys = await world.create_room()
        bob_grant = await world.grant(keys)
        async with world.joined(keys, bob_grant) as (bob, _), world.joined(keys) as (alice, _):
            bob.wire.transport.pause_reading()
            body = "A" * 80_000
            for ref in range(200):
                await alice.append(ref, body)
                while (await alice.receive())["type"] != "appended":
                    pass
                if len(world.parts.hall._active) and bob_grant["participant_id"] not in present(world):
                    break
            assert bob_grant["participant_id"] not in present(world)
            await alice.append(999)
            assert (await alice.receive_type("entry"))["body"] == "AAAA"


def present(world: World) -> list[str]:
    return [b64u(participant) for active in world.parts.hall._active.values() for participant in active.connections]


async def test_a_full_disk_refuses_the_append_by_its_ref_and_the_log_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise UnavailableError("unavailable.storage")

    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (alice, _):
            with monkeypatch.context() as broken:
                broken.setattr(Store, "append", fail)
                await alice.append(5)
                refused = await alice.receive_type("error")
            assert (refused["code"], refused["ref"]) == ("unavailable.storage", 5)
            await alice.append(6)
            assert (await alice.receive_type("entry"))["seq"] == 1


async def test_the_log_of_an_empty_room_is_purged_after_five_minutes_and_its_numbers_go_on(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        parts = world.parts
        retention = Retention(parts.store, parts.hall, parts.relay, parts.clock)
        async with world.joined(keys) as (alice, _):
            await alice.append(1)
            await alice.receive_type("appended")
            assert await retention.run_once(parts.clock.now() + limits.LOG_LIFE_AFTER_EMPTY_S + 60) == 0, "somebody is there"
        await until_empty(world)
        assert await retention.run_once(parts.clock.now() + limits.LOG_LIFE_AFTER_EMPTY_S - 60) == 0
        assert await retention.run_once(parts.clock.now() + limits.LOG_LIFE_AFTER_EMPTY_S + 60) == 1
        async with world.joined(keys, have=0) as (alice, joined):
            assert (joined["head"], joined["log_start"]) == (1, 2)
            await alice.append(1)
            assert (await alice.receive_type("entry"))["seq"] == 2


async def until_empty(world: World) -> None:
    async with asyncio.timeout(5):
        while world.parts.hall.active_count or world.parts.journal.is_busy:  # noqa: ASYNC110 - the product needs no event for this
            await asyncio.sleep(0.01)
