"""What relaying a packet costs the media node, and what it costs coturn, in the same run. Run: python -m benches.bench_relay [--quick]

The server is pinned to one core, the generator (crates/loadgen) to another; UDP over loopback, receivers without GRO. CPU is user and
system time of the server's threads, divided by packets that arrived; servers take turns, and of many short rounds the cheapest clean one counts. In the node both ends are clients and the
packet is handed over in the process; coturn is measured to a plain peer (one relay, the least it can do) and to another client (what a relay-only
call between two of its clients costs: two relays and a hop through the kernel).
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from incamera.adapters.media_node import Listen, MediaNode, NodeSettings

CHECKOUT = Path(__file__).resolve().parents[1]
SECRET = "a secret of the benchmarks"  # noqa: S105 - of no other use
USER = "bench"
TASKSET = "/usr/bin/taskset"
# Below the ports that the system hands out, so that no client can get it while a server starts.
PORT = 13_478
BYTES = 1_200
LOSS_MAX = 0.005
ROUND_S = 0.3


@dataclass(frozen=True)
class Contender:
    name: str
    to: str
    server: str


CONTENDERS = (
    Contender("node, client to client", "clients", "node"),
    Contender("node without GSO, client to client", "clients", "node-without-gso"),
    Contender("coturn, client to peer", "peers", "coturn"),
    Contender("coturn, client to client", "clients", "coturn"),
)


@dataclass(frozen=True)
class Load:
    name: str
    flows: int
    burst: int
    rate: int
    arrival: str = "together"


LOADS = (
    Load("bursts of 8 that arrive together", 10, 8, 30_000),
    Load("bursts of 4 that arrive together", 10, 4, 30_000),
    Load("bursts of 8, one by one", 10, 8, 30_000, "one-by-one"),
    Load("sparse", 100, 1, 20_000),
)
GROWTH = tuple(Load(f"bursts of 4, {flows} flows", flows, 4, 20_000) for flows in (1, 10, 100, 1_000))


async def serve(port: int, gso: bool) -> None:
    settings = NodeSettings(
        listen=[Listen("udp", "127.0.0.1", port)], secrets=[SECRET.encode()], relay_addresses=["127.0.0.1"], relay_ports=(50_000, 59_999),
        shards=1, pin=False, gso=gso, allocations_per_user_max=4_096, bytes_per_second_per_user=1 << 34, challenges_per_second=100_000,
    )  # fmt: skip
    node, ended = MediaNode(settings), asyncio.Event()
    await node.start(lambda _event: None)
    node.admit(USER, room=1)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await node.stop()


def command(server: str, port: int) -> list[str]:
    if server != "coturn":
        return [sys.executable, __file__, "--serve", str(port), str(int(server == "node"))]
    return [
        "turnserver", "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=bench", "--no-tls", "--no-dtls", "--no-cli",
        "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}", "--allow-loopback-peers", "--min-port=50000",
        "--max-port=59999", "--relay-threads=1", "--log-file=/dev/null", "--no-stdout-log", f"--pidfile={tempfile.gettempdir()}/bench-{port}.pid",
    ]  # fmt: skip


def cpu_s(pid: int) -> float:
    """User and system time of all threads, as the scheduler counts it."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        asking.connect(("127.0.0.1", port))
        try:
            asking.send(bytes.fromhex("000100002112a442") + bytes(12))
            return bool(asking.recv(2_048))
        except OSError:
            return False


@contextmanager
def running(server: str) -> Iterator[tuple[int, int]]:
    """Process and port of a server on the first core."""
    first_core = min(os.sched_getaffinity(0))
    process = subprocess.Popen([TASKSET, "-c", str(first_core), *command(server, PORT)])
    try:
        deadline = time.monotonic() + 20
        while not answers(PORT):
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit(f"{server} does not answer")
        yield process.pid, PORT
    finally:
        process.terminate()
        process.wait()


class Generator:
    """loadgen on the last core, with its flows set up."""

    def __init__(self, contender: Contender, port: int, load: Load) -> None:
        last_core = max(os.sched_getaffinity(0))
        self._process = subprocess.Popen(
            [TASKSET, "-c", str(last_core), CHECKOUT / os.environ.get("CARGO_TARGET_DIR", "target") / "release" / "loadgen",
             f"127.0.0.1:{port}", SECRET, USER, contender.to, str(load.flows), str(load.burst), load.arrival, str(BYTES)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._line()

    def run(self, rate: int, seconds: float) -> dict[str, float]:
        assert self._process.stdin
        self._process.stdin.write(f"{rate} {seconds}\n")
        self._process.stdin.flush()
        return dict(json.loads(self._line()))

    def close(self) -> None:
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


def cost(contender: Contender, load: Load, rounds: int) -> tuple[float, float, float]:
    """CPU µs per packet that arrived, the share that was lost, and the p99 of delays in µs: of the cheapest clean one of some short rounds.

    What else the machine does can only make a round dearer.
    """
    with running(contender.server) as (pid, port):
        generator = Generator(contender, port, load)
        generator.run(load.rate, ROUND_S)
        results = []
        for _ in range(rounds):
            before = cpu_s(pid)
            done = generator.run(load.rate, ROUND_S)
            spent = cpu_s(pid) - before
            results.append((spent * 1e6 / max(1, done["received"]), 1 - done["received"] / done["sent"], done["p99_us"]))
        generator.close()
    return min(results, key=dearness)


def dearness(result: tuple[float, float, float]) -> tuple[bool, float]:
    """Rounds that lost something last: what is dropped early costs little."""
    return result[1] > LOSS_MAX, result[0]


def highest_clean_rate(contender: Contender, load: Load, tries: int) -> int:
    """Packets per second that arrive with less than 0.5 % lost; rates grow by an eighth until each try loses more, or the generator gives no more."""
    best, rate = 0, 20_000
    with running(contender.server) as (_pid, port):
        generator = Generator(contender, port, load)
        while True:
            done = min((generator.run(rate, ROUND_S) for _ in range(tries)), key=lambda done: 1 - done["received"] / done["sent"])
            if done["received"] < done["sent"] * (1 - LOSS_MAX):
                break
            best = max(best, round(done["received"] / done["seconds"]))
            if done["sent"] < rate * done["seconds"] * 0.9:
                break
            rate += rate // 8
        generator.close()
    return best


def bytes_per_allocation(contender: Contender) -> float:
    with running(contender.server) as (pid, port):
        before = resident_bytes(pid)
        generator = Generator(contender, port, Load("", 500, 1, 1))
        after = resident_bytes(pid)
        generator.close()
    return (after - before) / (1_000 if contender.to == "clients" else 500)


def main() -> None:
    quick = "--quick" in sys.argv
    turns, rounds = (1, 5) if quick else (3, 10)
    subprocess.run([CHECKOUT / "scripts" / "cargo", "build", "--locked", "--release", "--quiet", "--package", "loadgen"], cwd=CHECKOUT, check=True)
    found: dict[str, object] = {}
    for load in LOADS if quick else LOADS + GROWTH:
        tried: dict[Contender, list[tuple[float, float, float]]] = {contender: [] for contender in CONTENDERS}
        for _ in range(turns):
            for contender in CONTENDERS:
                tried[contender].append(cost(contender, load, rounds))
        print(f"\n{load.name}, {load.rate} packets per second      CPU per packet   lost     p99 delay")
        for contender, results in tried.items():
            cpu_us, lost, p99_us = min(results, key=dearness)
            print(f"  {contender.name:40} {cpu_us:8.2f} µs   {lost:6.2%}   {p99_us:7.0f} µs", flush=True)
            found[f"{load.name}: {contender.name}"] = {"cpu_us": round(cpu_us, 2), "lost": round(lost, 4), "p99_us": p99_us}
    print("\nhighest rate with less than 0.5 % lost (bursts of 8); memory per allocation")
    for contender in CONTENDERS:
        rate, memory = highest_clean_rate(contender, LOADS[0], 5), bytes_per_allocation(contender)
        print(f"  {contender.name:40} {rate:8} per second   {memory / 1_024:6.1f} KiB", flush=True)
        found[f"highest: {contender.name}"] = {"rate": rate, "bytes_per_allocation": round(memory)}
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        asyncio.run(serve(int(sys.argv[2]), bool(int(sys.argv[3]))))
    else:
        main()
