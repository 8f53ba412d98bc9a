"""Rooms of our SFU whose members leave, come back, change their transport and their wishes, by a seed. Run: python -m benches.soak_sfu [SECONDS [SIZES [SEED]]]

Fails when the server's memory grows, a leg ends that nobody ended, or a stream stands still. `python -m benches.soak_sfu weather` is about links instead: what
arrives of each stream while 0 to 30 % of all datagrams are lost, in each direction, and others come late.
"""

import asyncio
import os
import random
import sys
import time

from benches.sfu_load.forwarder import AUDIO, VIDEO, cpu_s, resident_bytes
from benches.sfu_load.generator import Generator
from benches.sfu_load.own import Own

STEP_S = 0.5
SETTLE_S, STILL_S_MAX = 5, 30
"""After a wish or a leg that is new; and how long a stream may then stand still, beyond three seconds: the machine may be busy."""
GROWTH_MAX = 0.10
"""Of the server's memory, from half the way to the end."""
SOUND, PICTURE = (8, 80), (4, 1, 300)
"""Packets a second and bytes; frames, their packets and bytes."""
CORE = max(os.sched_getaffinity(0))


class Soak:
    """The rooms, what everybody wants, and since when."""

    def __init__(self, server: Own, generator: Generator, seed: int) -> None:
        self.server, self.generator, self.chance = server, generator, random.Random(seed)  # noqa: S311 - a seed is the point
        self.rooms: dict[int, object] = {}
        self.others: dict[int, list[int]] = {}
        self.wanted: dict[int, list[tuple[int, int]]] = {}
        self.since: dict[int, float] = {}
        self.still: dict[tuple[int, int, int], float] = {}

    async def come(self, member: int, *, again: bool = False) -> None:
        """With a grant of its own; or with a new leg, if it is there."""
        size = len(self.others[member]) + 1
        if again:
            await self.server.renew(self.generator, member, min(16, size), min(30, size))
        else:
            await self.server.join(self.generator, self.rooms[member], member)
        await self.generator.ask("audio", member, AUDIO, *SOUND)
        await self.generator.ask("video", member, VIDEO, *PICTURE)
        await self.wish(member, [(other, context) for other in self.others[member] for context in (AUDIO, VIDEO)])
        if not again:
            for other in self.others[member]:
                if other in self.wanted:
                    # Everybody learns a newcomer's id; without a reason of its own nobody wishes for somebody else.
                    await self.server.watch(self.generator, other, self.wanted[other])

    async def wish(self, member: int, wanted: list[tuple[int, int]]) -> None:
        """No more sound than there are slots."""
        sounds = [of for of in wanted if of[1] == AUDIO][:16]
        self.wanted[member] = sounds + [of for of in wanted if of[1] == VIDEO]
        self.since[member] = time.monotonic()
        await self.server.watch(self.generator, member, self.wanted[member])

    async def leave(self, member: int) -> None:
        """With a goodbye."""
        del self.wanted[member]
        await self.server.leave(self.generator, member)

    async def happen(self) -> None:
        """One thing to one member."""
        member = self.chance.choice(list(self.rooms))
        if member not in self.wanted:
            await self.come(member)
            return
        here = [other for other in self.others[member] if other in self.wanted]
        match self.chance.randrange(8):
            case 0 | 1 if len(here) > 1:
                await self.leave(member)
            case 2:
                await self.come(member, again=True)
            case _:
                everything = [(other, context) for other in self.others[member] for context in (AUDIO, VIDEO)]
                await self.wish(member, [of for of in everything if self.chance.random() < 0.7])

    async def look(self) -> None:
        """Who is wanted and there is heard."""
        now = time.monotonic()
        settled = {member for member in self.wanted if now - self.since[member] > SETTLE_S}
        still = set()
        for member in settled:
            due = [f"{other}.{context}" for other, context in self.wanted[member] if other in settled]
            still |= {(member, sender, context) for sender, context in (await self.generator.ask("stuck", member, *due))["stuck"]}
        self.still = {of: self.still.get(of, now) for of in still}
        stuck = [of for of, since in self.still.items() if now - since > STILL_S_MAX]
        assert not stuck, f"streams that stand still (receiver, sender, context): {stuck}"
        assert not self.server.ended, f"legs that nobody ended, or refusals: {self.server.ended}"


async def open_rooms(soak: Soak, sizes: list[int]) -> None:
    """Everybody comes."""
    first = 0
    for size in sizes:
        room = await soak.server.room(size)
        members = range(first, first + size)
        for member in members:
            soak.rooms[member], soak.others[member] = room, [other for other in members if other != member]
        for member in members:
            await soak.come(member)
        first += size
    await soak.generator.connected()
    await soak.generator.ask("play")


async def churn(seconds: float, sizes: list[int], seed: int) -> None:
    """The soak."""
    server, generator = await Own.start(min(os.sched_getaffinity(0))), await Generator.start(CORE, spin=False)
    soak = Soak(server, generator, seed)
    try:
        await open_rooms(soak, sizes)
        began = said = time.monotonic()
        half = 0
        while (elapsed := time.monotonic() - began) < seconds:
            await soak.happen()
            await soak.look()
            await asyncio.sleep(STEP_S)
            if not half and elapsed > seconds / 2:
                half = resident_bytes(server.pid)
            if time.monotonic() - said > 30:
                said = time.monotonic()
                await tell(soak, elapsed)
        await tell(soak, seconds)
        end = resident_bytes(server.pid)
        assert end < half * (1 + GROWTH_MAX), f"{half} bytes half the way, {end} at the end"
    finally:
        await generator.stop()
        await server.stop()


async def tell(soak: Soak, elapsed: float) -> None:
    """One line."""
    numbers, count = await soak.server.metrics(), await soak.generator.ask("count")
    sfu = {
        name.removeprefix("incamera_sfu_").removesuffix("_total"): int(value) for name, value in numbers.items() if name.startswith("incamera_sfu_")
    }
    mib = resident_bytes(soak.server.pid) / 1_048_576
    print(
        f"{elapsed:5.0f} s  {mib:6.1f} MiB  {len(soak.wanted)} here, {len(soak.still)} late  {cpu_s(soak.server.pid):6.1f} s CPU  {count}  {sfu}",
        flush=True,
    )


async def weather() -> None:
    """A room of six over worse and worse links, then over a good one."""
    server, generator = await Own.start(min(os.sched_getaffinity(0))), await Generator.start(CORE, spin=False)
    soak = Soak(server, generator, 1)
    try:
        await open_rooms(soak, [6])
        for loss, jitter in ((0, 0), (5, 10), (15, 20), (30, 40), (0, 0)):
            for member in soak.rooms:
                await generator.ask("weather", member, loss, 10, jitter)
            await asyncio.sleep(3)
            await generator.ask("count")
            await asyncio.sleep(8)
            done = await generator.ask("count")
            sound, picture = done["audio"] / (done["sent_audio"] * 5), done["video"] / (done["sent_video"] * 5)
            print(f"{loss:3} % lost each way, up to {jitter:2} ms late: {sound:6.1%} of sound, {picture:6.1%} of picture arrive", flush=True)
        for _ in range(20):
            await soak.look()
            await asyncio.sleep(STEP_S)
        assert not soak.still, soak.still
        assert not server.ended, server.ended
    finally:
        await generator.stop()
        await server.stop()


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["weather"]:
        asyncio.run(weather())
    else:
        length, rooms, seed = (*words, *("600", "10 30", "7")[len(words) :])
        asyncio.run(churn(float(length), [int(size) for size in rooms.split()], int(seed)))
