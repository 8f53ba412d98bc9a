"""What is kept for how long, and that one room's trouble is not another's."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from incamera.adapters.store import Store
from incamera.control import limits
from incamera.errors import UnavailableError
from incamera.server.retention import Retention
from incamera.server.run import make_server
from incamera.server.settings import Settings
from tests.integration.world import World, b64u, running


def retention_of(world: World) -> Retention:
    return Retention(world.parts.store, world.parts.hall, world.parts.relay, world.parts.clock)


async def test_a_room_ends_with_its_expiry_and_an_hour_later_it_never_was(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room(life_s=600)
        later = await world.create_room(life_s=10_000)
        now = world.parts.clock.now()
        async with world.joined(keys) as (alice, _):
            await alice.append(1, b64u(b"sealed canary" * 20))
            await alice.receive_type("appended")
            await retention_of(world).run_once(now + 601)
            code, last = await alice.closed()
            assert (code, last[-1]["code"]) == (4410, "denied.room-gone")
        gone = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access})
        assert gone.json()["code"] == "denied.room-gone"
        await retention_of(world).run_once(now + 601 + limits.ROOM_LIFE_AFTER_END_S + 1)
        never = await world.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access})
        assert never.json()["code"] == "denied.room-or-key"
        assert [room["room_id"] for room in (await world.http.get("/api/rooms")).json()["rooms"]] == [later.room_id]


async def test_what_was_deleted_is_in_no_file(tmp_path: Path) -> None:
    canary = b64u(b"a sealed body that must not stay" * 8)
    async with running(tmp_path) as world:
        keys = await world.create_room()
        async with world.joined(keys) as (alice, _):
            for ref in range(30):
                await alice.append(ref, canary)
            await alice.entries(30)
        assert files_with(canary, tmp_path)
        await retention_of(world).run_once(world.parts.clock.now() + 3_601)
        assert files_with(canary, tmp_path) == []


def files_with(canary: str, folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_file() and canary.encode() in path.read_bytes()]


async def test_grants_and_events_are_forgotten_in_time(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room(life_s=10**6)
        grant = await world.grant(keys)
        await retention_of(world).run_once(world.parts.clock.now() + limits.GRANT_LIFETIME_S_MAX + 60)
        async with world.socket() as socket:
            await socket.send(type="join", version=1, grant=grant["grant"], room_id=keys.room_id, have=None)
            assert (await socket.closed())[0] == 4401
        removed = await retention_of(world).run_once(world.parts.clock.now() + limits.EVENT_LIFE_S + 60)
        assert removed >= 2


async def test_an_expired_grant_ends_its_socket(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room(life_s=10**6)
        async with world.joined(keys) as (alice, _):
            await retention_of(world).run_once(world.parts.clock.now() + limits.GRANT_LIFETIME_S_MAX + 60)
            assert (await alice.closed())[0] == 4401


async def test_a_room_that_can_not_be_written_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Store.append

    async def fail_on_poison(store: Store, changes: Any) -> None:
        if any(entry.body == "cG9pc29u" for _room, _start, entries in changes for entry in entries):
            raise UnavailableError("unavailable.storage")
        await write(store, changes)

    monkeypatch.setattr(Store, "append", fail_on_poison)
    monkeypatch.setattr("incamera.server.journal.JOURNAL_PATIENCE_S", 0.2)
    monkeypatch.setattr("incamera.server.journal.JOURNAL_QUIET_MAX", -1)
    async with running(tmp_path) as world:
        bad, good = await world.create_room(), await world.create_room()
        async with world.joined(bad) as (mallory, _), world.joined(good) as (alice, _):
            for ref in range(5):
                await mallory.append(ref, "cG9pc29u")
                await alice.append(ref, "Z29vZA")
            assert [entry["seq"] for entry in await alice.entries(5)] == [1, 2, 3, 4, 5]
            assert {(await mallory.receive_type("error"))["ref"] for _ in range(5)} == set(range(5))
            await mallory.append(9, "Z29vZA")
            assert (await mallory.receive_type("entry"))["seq"] == 1


async def test_metrics_count_without_naming_anybody(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        keys = await world.create_room()
        grant = await world.grant(keys)
        async with world.joined(keys, grant) as (alice, _):
            await alice.append(1)
            await alice.receive_type("appended")
            text = (await world.http.get("/metrics")).text
        assert "incamera_sockets 1.0" in text
        assert "incamera_active_rooms 1.0" in text
        assert "incamera_entries_total 1.0" in text
        assert 'incamera_http_requests_total{route="/api/rooms/{room_id}/grants",status="201"} 1.0' in text
        for private in (keys.room_id, grant["participant_id"], "127.0.0.1"):
            assert private not in text


def test_a_database_that_can_not_be_opened_is_said_before_anything_is_served(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 100)
    for settings in (Settings(data_dir=tmp_path / "file"), Settings(database_url=f"sqlite:///{tmp_path}/broken.db")):
        with pytest.raises(UnavailableError) as raised:
            make_server(settings).run()
        assert raised.value.code == "unavailable.storage"
        assert str(tmp_path) in raised.value.detail


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / "incamera.db").prepare()
    with contextlib.closing(sqlite3.connect(tmp_path / "incamera.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    with pytest.raises(UnavailableError, match="newer version"):
        make_server(Settings(data_dir=tmp_path)).run()
