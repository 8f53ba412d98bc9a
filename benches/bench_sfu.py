"""What forwarding costs our SFU, and what it costs Janus, in the same run. Run: python -m benches.bench_sfu [--quick] [WORDS of a load's name …]

The server is pinned to one core, the generator (crates/loadgen) to another; UDP over loopback, receivers without GRO, each with a socket and a DTLS transport
of its own. Video is frames of packets back to back, 30 a second; payloads have 1,112 bytes (video) and 160 (audio). CPU is user and system time of the
server's threads, divided by packets that arrived. Servers take turns; of several rounds the median counts, since the machine is rarely alone. A receiver in
our room has as many slots as the client makes for a room of that capacity.
"""

import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benches.sfu_load.forwarder import AUDIO, VIDEO, Forwarder, cpu_s, resident_bytes, threads_s
from benches.sfu_load.generator import CHECKOUT, Generator
from benches.sfu_load.janus import Janus, is_installed
from benches.sfu_load.own import Own

VIDEO_BYTES, AUDIO_BYTES = 1_112, 160
FRAMES_PER_SECOND, SOUNDS_PER_SECOND = 30, 50
LOSS_MAX, DELAY_US_MAX = 0.005, 20_000
FIRST_CORE, LAST_CORE = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Load:
    """A room: its first `senders` members send what the others, or all others if everybody sends, receive."""

    name: str
    senders: int
    members: int
    packets: int
    """Of one frame; 0 for no video."""
    audio: bool = False


FAN_OUT = Load("video from one to 30", 1, 31, 10)
LOADS = (
    FAN_OUT,
    Load("meeting of 10, everybody sees and hears everybody", 10, 10, 4, audio=True),
    Load("sound of 3 to 30", 3, 33, 0, audio=True),
)
GROWTH = (2, 10, 30, 100)
"""Participants, in meetings of ten at most."""

CONTENDERS: dict[str, Callable[[], Awaitable[Forwarder]]] = {
    "incamera": lambda: Own.start(FIRST_CORE),
    "incamera, GSO off": lambda: Own.start(FIRST_CORE, gso=False),
    "Janus": lambda: Janus.start(FIRST_CORE),
    "Janus, one event loop": lambda: Janus.start(FIRST_CORE, event_loops=1),
}
PEERS = ("Janus", "Janus, one event loop")


@contextlib.asynccontextmanager
async def playing(contender: str, loads: list[Load]) -> AsyncIterator[tuple[Forwarder, Generator]]:
    """A server with these rooms, everybody connected and sending."""
    server = await CONTENDERS[contender]()
    generator = await Generator.start(LAST_CORE, server.address)
    try:
        first = 0
        for load in loads:
            await meet(server, generator, load, first)
            first += load.members
        await generator.connected()
        await generator.ask("play")
        await asyncio.sleep(1)
        yield server, generator
    finally:
        await generator.stop()
        await server.stop()


async def meet(server: Forwarder, generator: Generator, load: Load, first: int) -> None:
    """One room, whose members are numbered from `first`."""
    room = await server.room(load.members)
    members = range(first, first + load.members)
    senders = members[: load.senders]
    for member in members:
        await server.join(generator, room, member, sends=member in senders)
    await generator.connected()
    contexts = [AUDIO] * load.audio + [VIDEO] * bool(load.packets)
    for member in members if load.senders == load.members else members[load.senders :]:
        await server.watch(generator, member, [(sender, context) for sender in senders if sender != member for context in contexts])
    for sender in senders:
        if load.packets:
            await generator.ask("video", sender, VIDEO, FRAMES_PER_SECOND, load.packets, VIDEO_BYTES)
        if load.audio:
            await generator.ask("audio", sender, AUDIO, SOUNDS_PER_SECOND, AUDIO_BYTES)


@dataclass(frozen=True)
class Round:
    cpu_us: float
    """Per packet that arrived."""
    media_us: float
    """The same of our SFU's thread alone; 0 for others."""
    lost: float
    p99_us: float
    per_second: float

    @property
    def is_clean(self) -> bool:
        return self.lost < LOSS_MAX and self.p99_us < DELAY_US_MAX


async def measure(server: Forwarder, generator: Generator, load: Load, seconds: float) -> Round:
    """One round of what is being played."""
    receivers = load.members - 1 if load.senders == load.members else load.members - load.senders
    await generator.ask("count")
    before, media_before = cpu_s(server.pid), media_s(server.pid)
    await asyncio.sleep(seconds)
    done = await generator.ask("count")
    spent, media = cpu_s(server.pid) - before, media_s(server.pid) - media_before
    received, sent = done["audio"] + done["video"], (done["sent_audio"] + done["sent_video"]) * receivers
    each = 1e6 / max(1, received)
    return Round(spent * each, media * each, max(0.0, 1 - received / max(1, sent)), done["p99_us"], received / done["seconds"])


def media_s(pid: int) -> float:
    return sum(seconds for name, seconds in threads_s(pid) if name == "media-sfu")


async def highest_clean_rate(contender: str, load: Load, seconds: float) -> int:
    """Packets per second that arrive with less than 0.5 % lost and within 20 ms (p99); frames grow by a fifth until two tries in a row do not."""
    best, packets, failed = 0, load.packets, 0
    async with playing(contender, [load]) as (server, generator):
        while failed < 2:
            for sender in range(load.senders):
                await generator.ask("video", sender, VIDEO, FRAMES_PER_SECOND, packets, VIDEO_BYTES)
            await asyncio.sleep(0.5)
            rounds = [await measure(server, generator, load, seconds) for _ in range(3)]
            clean = [each.per_second for each in rounds if each.is_clean]
            failed = 0 if clean else failed + 1
            best = max([best, *map(round, clean)])
            packets = max(packets + 1, packets * 6 // 5)
    return best


async def growth(contender: str, seconds: float) -> dict[int, tuple[float, float]]:
    """By participants in meetings of ten: CPU per packet and KiB of memory per participant."""
    found = {}
    for members in GROWTH:
        size = min(10, members)
        load = Load("", size, size, 2, audio=True)
        server = await CONTENDERS[contender]()
        empty = resident_bytes(server.pid)
        await server.stop()
        async with playing(contender, [load] * (members // size)) as (server, generator):
            rounds = [await measure(server, generator, load, seconds) for _ in range(3)]
            found[members] = (statistics.median(each.cpu_us for each in rounds), (resident_bytes(server.pid) - empty) / 1_024 / members)
    return found


async def compare(loads: list[Load], contenders: list[str], turns: int, seconds: float) -> dict[str, Any]:
    """Every load, the servers in turn."""
    found: dict[str, Any] = {}
    for load in loads:
        rounds: dict[str, list[Round]] = {contender: [] for contender in contenders}
        for _ in range(turns):
            for contender in contenders:
                async with playing(contender, [load]) as (server, generator):
                    rounds[contender] += [await measure(server, generator, load, seconds) for _ in range(3)]
        print(f"\n{load.name:52} CPU µs   SFU thread      lost   p99 delay   arrived")
        for contender, results in rounds.items():
            cpu, media, lost, p99, rate = (
                statistics.median(getattr(each, name) for each in results) for name in ("cpu_us", "media_us", "lost", "p99_us", "per_second")
            )
            print(f"  {contender:50} {cpu:6.2f}   {media:10.2f}   {lost:7.2%}   {p99:6.0f} µs   {rate:5.0f}/s", flush=True)
            found[f"{load.name}: {contender}"] = {"cpu_us": round(cpu, 2), "lost": round(lost, 4), "p99_us": p99, "per_second": round(rate)}
    return found


async def main(words: list[str]) -> None:
    """Runs what was asked for."""
    quick = "--quick" in words
    named = [word for word in words if not word.startswith("--")]
    contenders = [name for name in CONTENDERS if is_installed() or name not in PEERS]
    loads = [load for load in LOADS if not named or any(word in load.name for word in named)]
    found = await compare(loads, contenders, 1 if quick else 3, 1.0 if quick else 2.0)
    if not quick:
        print("\nhighest rate with less than 0.5 % lost, video from one to 30; growth")
        for contender in contenders:
            rate = await highest_clean_rate(contender, FAN_OUT, 1.0)
            grown = await growth(contender, 1.0)
            words = [f"{members}: {cpu:.1f} µs, {memory:.0f} KiB" for members, (cpu, memory) in grown.items()]
            print(f"  {contender:30} {rate:7}/s   {'   '.join(words)}", flush=True)
            found[f"highest and growth: {contender}"] = {"per_second": rate, "growth": grown}
    print(json.dumps(found))


if __name__ == "__main__":
    subprocess.run([CHECKOUT / "scripts" / "cargo", "build", "--locked", "--release", "--quiet", "--package", "loadgen"], cwd=CHECKOUT, check=True)
    asyncio.run(main(sys.argv[1:]))
