"""The relay: who keeps it after leaving, and who sends into another room with it."""

import asyncio
from pathlib import Path

from tests.attacks.server import weakened
from tests.attacks.server.attack import Outcome, attack
from tests.integration.test_server_relay import becomes, client, credentials, present
from tests.integration.world import running

# The relay's threads hear of who left in a moment; an attacker who still has it after so many tries keeps it.
TRIES, BETWEEN_S = 20, 0.05


@attack("relay kept after leaving", weakened.keeping_the_relay)
async def test_the_relay_kept_after_leaving(folder: Path) -> Outcome:
    async with running(folder) as world:
        grant = await world.grant(keys := await world.create_room())
        async with world.joined(keys, grant) as (socket, _):
            server = (await credentials(world, grant))["iceServers"][0]
            with await asyncio.to_thread(client, server) as held:
                await becomes(0, held.allocate)
                await socket.send(type="bye")
                await socket.closed()
                code = 0
                for _ in range(TRIES):
                    if (code := await asyncio.to_thread(held.refresh)) != 0:
                        break
                    await asyncio.sleep(BETWEEN_S)
                return Outcome(code == 0, (code,))


@attack("relay into another room", weakened.one_room_for_all)
async def test_the_relay_into_another_room(folder: Path) -> Outcome:
    async with running(folder) as world:
        here, there = await world.create_room(), await world.create_room()
        async with present(world, here) as alice, present(world, there) as mallory:
            with client(alice) as hers, client(mallory) as of_another:
                for one in (hers, of_another):
                    await becomes(0, one.allocate)
                # Even if she let everybody in that the relay lets in.
                hers.permit(of_another.relayed)
                code = of_another.permit(hers.relayed)
                of_another.send(hers.relayed, b"from elsewhere")
                heard = await asyncio.to_thread(hers.receive, TRIES * BETWEEN_S)
                return Outcome(heard == b"from elsewhere", (code,))
