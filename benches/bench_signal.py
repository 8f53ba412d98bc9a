"""How many messages one server process relays, and what idle rooms cost. Run: python -m benches.bench_signal

Every figure is of the real server in a process of its own, over loopback WebSockets, with its rate limits and its commits to disk in place. The clients
are bare frames on asyncio streams, so that they cost less than the server. Prints a table, and the same as JSON in the last line.
"""

import asyncio
import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from incamera.server.run import serve as run
from incamera.server.settings import Settings

ROOMS = int(os.environ.get("BENCH_ROOMS", "80"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
IDLE_ROOMS = int(os.environ.get("BENCH_IDLE_ROOMS", "1000"))
PER_SECOND = 45
BODY = base64.urlsafe_b64encode(bytes(384)).decode()
TICKS = os.sysconf("SC_CLK_TCK")


def serve(folder: str) -> None:
    """The server under test; prints its origin."""
    many = 100_000
    run(
        Settings(port=0, data_dir=Path(folder), rooms_per_minute=many, grants_per_minute=many, sockets_per_minute=many, log_level="warning"),
        lambda origin: print(origin, flush=True),
    )


@dataclass
class Client(asyncio.Protocol):
    """One participant: sends masked text frames, and counts and times what comes back."""

    seen: dict[str, int] = field(default_factory=lambda: {"entry": 0, "other": 0})
    lags_s: list[float] = field(default_factory=list)
    waiting: dict[int, float] = field(default_factory=dict)
    buffer: bytes = b""
    is_open: bool = False
    transport: asyncio.Transport | None = None
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, message: dict[str, object]) -> None:
        """Masks with zeros: the bytes stay as they are."""
        data = json.dumps(message).encode()
        head = bytes([0x81, 0x80 | len(data)]) if len(data) < 126 else bytes([0x81, 0x80 | 126]) + len(data).to_bytes(2, "big")
        assert self.transport is not None
        self.transport.write(head + bytes(4) + data)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_open:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self.buffer, self.is_open = rest, True
            self.opened.set()
        at = 0
        while len(self.buffer) - at >= 2:
            size, start = self.buffer[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(self.buffer[at + 2 : at + 4], "big"), at + 4
            if len(self.buffer) < start + size:
                break
            self._see(self.buffer[at], self.buffer[start : start + size])
            at = start + size
        self.buffer = self.buffer[at:]

    def _see(self, opcode: int, payload: bytes) -> None:
        if opcode == 0x89 and self.transport is not None:
            self.transport.write(bytes([0x8A, 0x80 | len(payload)]) + bytes(4) + payload)
        elif payload.startswith(b'{"type":"entry"'):
            self.seen["entry"] += 1
        elif payload.startswith(b'{"type":"appended"'):
            ref = json.loads(payload)["ref"]
            self.lags_s.append(time.perf_counter() - self.waiting.pop(ref))
        else:
            self.seen["other"] += 1


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def open_room(http: httpx2.AsyncClient) -> list[Client]:
    """A room with two joined participants."""
    room_id, access = os.urandom(16), os.urandom(32)
    made = await http.post(
        "/api/rooms",
        json={
            "room_id": b64u(room_id), "access_hash": b64u(hashlib.sha256(access).digest()), "host_public_key": b64u(os.urandom(32)),
            "sealed_policy": b64u(os.urandom(300)), "topology": "direct", "capacity": 2, "expires_at": int(time.time()) + 3600,
        },
    )  # fmt: skip
    assert made.status_code == 201, made.text
    pair = []
    for _ in range(2):
        answer = await http.post(f"/api/rooms/{b64u(room_id)}/grants", json={"access": b64u(access)})
        pair.append(await connect(http.base_url.port or 0, answer.json()["grant"], b64u(room_id)))
    return pair


async def connect(port: int, grant: str, room_id: str) -> Client:
    _transport, client = await asyncio.get_running_loop().create_connection(Client, "127.0.0.1", port)
    assert client.transport is not None
    key = base64.b64encode(os.urandom(16)).decode()
    client.transport.write(
        f"GET /api/signal HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await client.opened.wait()
    client.send({"type": "join", "version": 1, "grant": grant, "room_id": room_id, "have": None})
    return client


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mib(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def relay(http: httpx2.AsyncClient, pid: int) -> dict[str, float]:
    """Every participant appends 45 messages a second; each counts once, when the other side has it."""
    pairs = [await open_room(http) for _ in range(ROOMS)]
    clients = [client for pair in pairs for client in pair]
    await asyncio.sleep(0.5)
    began, cpu = time.perf_counter(), cpu_s(pid)
    step = 1 / PER_SECOND

    async def talk(index: int, client: Client) -> None:
        await asyncio.sleep(step * index / len(clients))
        for ref in range(int(SECONDS * PER_SECOND)):
            wait = began + step * (ref + index / len(clients)) - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            client.waiting[ref] = time.perf_counter()
            client.send({"type": "append", "ref": ref, "kind": "application", "epoch": 1, "body": BODY})

    await asyncio.gather(*(talk(index, client) for index, client in enumerate(clients)))
    expected = int(SECONDS * PER_SECOND)
    while any(len(client.lags_s) < expected for client in clients):
        await asyncio.sleep(0.05)
    elapsed, used = time.perf_counter() - began, cpu_s(pid) - cpu
    relayed = sum(client.seen["entry"] for client in clients) - expected * len(clients)
    lags = sorted(lag for client in clients for lag in client.lags_s)
    for client in clients:
        assert client.transport is not None
        client.transport.close()
    return {
        "rooms": ROOMS,
        "relayed": relayed,
        "relayed_per_s": round(relayed / elapsed),
        "relayed_per_core_s": round(relayed / used),
        "server_cpu_percent": round(100 * used / elapsed),
        "on_disk_and_back_p50_ms": round(1000 * lags[len(lags) // 2], 1),
        "on_disk_and_back_p99_ms": round(1000 * lags[len(lags) * 99 // 100], 1),
    }


async def idle(http: httpx2.AsyncClient, pid: int) -> dict[str, float]:
    """Two participants in each room, who ping every 5 s as browsers do."""
    before = memory_mib(pid)
    clients = [client for _ in range(IDLE_ROOMS) for client in await open_room(http)]
    await asyncio.sleep(1)
    began, cpu = time.perf_counter(), cpu_s(pid)
    for turn in range(2):
        for client in clients:
            client.send({"type": "ping", "ref": turn})
            await asyncio.sleep(5 / len(clients))
    used, elapsed, after = cpu_s(pid) - cpu, time.perf_counter() - began, memory_mib(pid)
    for client in clients:
        assert client.transport is not None
        client.transport.close()
    return {
        "idle_rooms": IDLE_ROOMS,
        "memory_before_mib": round(before, 1),
        "memory_mib": round(after, 1),
        "memory_per_room_kib": round((after - before) * 1024 / IDLE_ROOMS, 1),
        "server_cpu_percent": round(100 * used / elapsed, 1),
    }


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([sys.executable, __file__, "serve", folder], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            origin = server.stdout.readline().strip()
            async with httpx2.AsyncClient(base_url=origin) as http:
                results = {"relay": await relay(http, server.pid), "idle": await idle(http, server.pid)}
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
    for name, figures in results.items():
        print(f"\n{name}")
        for what, value in figures.items():
            print(f"  {what:<28}{value:>12}")
    print("\n" + json.dumps(results))


if __name__ == "__main__":
    serve(sys.argv[2]) if sys.argv[1:2] == ["serve"] else asyncio.run(main())
