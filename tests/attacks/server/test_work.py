"""A wrong room and a wrong key take the same steps: counted, since a clock on a busy machine tells nothing that a test could rely on."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.attacks.server import weakened
from tests.attacks.server.attack import Outcome, attack
from tests.integration.world import World, b64u, running


@contextmanager
def steps() -> Iterator[list[str]]:
    """Every statement that reaches the database, every hash and every comparison, in order."""
    taken: list[str] = []
    compare_digest, sha256 = hmac.compare_digest, hashlib.sha256

    def statement(*arguments: object) -> None:
        taken.append(str(arguments[2]))

    def compare(left: bytes, right: bytes) -> bool:
        taken.append(f"compare {len(left)} with {len(right)}")
        return compare_digest(left, right)

    def digest(data: bytes) -> object:
        taken.append(f"digest {len(data)}")
        return sha256(data)

    event.listen(Engine, "before_cursor_execute", statement)
    with pytest.MonkeyPatch.context() as watched:
        watched.setattr("incamera.control.grants.hmac.compare_digest", compare)
        watched.setattr("incamera.control.grants.sha256", digest)
        yield taken
    event.remove(Engine, "before_cursor_execute", statement)


async def steps_of(world: World, room_id: str, access: str) -> list[str]:
    with steps() as taken:
        answer = await world.http.post(f"/api/rooms/{room_id}/grants", json={"access": access})
    assert answer.json()["code"] == "denied.room-or-key"
    return taken


@attack("telling a wrong room from a wrong key by the work they make", weakened.hasty_access)
async def test_a_wrong_room_and_a_wrong_key_take_the_same_steps(folder: Path) -> Outcome:
    async with running(folder) as world:
        keys = await world.create_room()
        wrong_key = await steps_of(world, keys.room_id, b64u(bytes(32)))
        wrong_room = await steps_of(world, b64u(bytes(16)), keys.access)
    assert len(wrong_key) > 3
    return Outcome(wrong_key != wrong_room, ("the same steps",) if wrong_key == wrong_room else ())
