"""Debian's Janus with its video room: a handle and a transport for what a member sends, another for all it receives.

Source: Janus' documentation of its WebSocket interface and of the VideoRoom plugin.
"""

import asyncio
import contextlib
import itertools
import json
import os
import socket as sockets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benches.sfu_load.generator import TASKSET, Generator
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/janus")
PROGRAM = Path("/usr/bin/janus")
NO_SUCH_STREAM = 428
RECEIVERS = 10_000
"""Added to a member's number: the endpoint that receives for it."""


@dataclass
class Member:
    room: int
    feed: int
    mids: list[str]


class Janus:
    """Janus on one core. It does not use loopback addresses, so that its endpoints have another one of this machine."""

    def __init__(self, process: asyncio.subprocess.Process, folder: tempfile.TemporaryDirectory[str], socket: ClientConnection) -> None:
        self._process, self._folder, self._socket = process, folder, socket
        self.pid, self.address = process.pid, own_address()
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._members: dict[int, Member] = {}
        self._session = 0
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._stay())]

    @classmethod
    async def start(cls, core: int, *, event_loops: int = 0) -> "Janus":
        """One with `event_loops` threads for all transports, or 0 for a thread each, its default."""
        folder = tempfile.TemporaryDirectory(prefix="incamera-janus-")
        with sockets.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        configure(Path(folder.name), port, event_loops)
        process = await asyncio.create_subprocess_exec(
            TASKSET, "-c", str(core), PROGRAM, "--configs-folder", folder.name, "--config", f"{folder.name}/janus.jcfg", "--disable-colors",
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        socket = await _connected(f"ws://127.0.0.1:{port}")
        janus = cls(process, folder, socket)
        janus._session = (await janus._ask({"janus": "create"}))["data"]["id"]
        return janus

    async def room(self, capacity: int) -> object:
        """A video room."""
        room = next(self._numbers)
        handle = await self._attach()
        wanted = {"room": room, "publishers": capacity, "videocodec": "vp8", "audiocodec": "opus", "bitrate": 0, "fir_freq": 0}
        made = await self._tell(handle, {"request": "create", **wanted})
        assert made["plugindata"]["data"]["videoroom"] == "created", made
        return room

    async def join(self, generator: Generator, room: object, member: int, *, sends: bool) -> None:
        """A publisher, if it sends."""
        assert isinstance(room, int)
        self._members[member] = Member(room, 0, [])
        if not sends:
            return
        handle = await self._attach()
        joined = await self._tell(handle, {"request": "join", "ptype": "publisher", "room": room})
        offer = await generator.ask("publish", member)
        answer = await self._tell(handle, {"request": "configure", "audio": True, "video": True}, {"type": "offer", "sdp": offer["sdp"]})
        await generator.ask("answered", member, answer["jsep"]["sdp"])
        mids = [line.removeprefix("a=mid:") for line in offer["sdp"].splitlines() if line.startswith("a=mid:")]
        self._members[member] = Member(room, joined["plugindata"]["data"]["id"], mids)

    async def watch(self, generator: Generator, member: int, wanted: Sequence[tuple[int, int]]) -> None:
        """A subscriber, once per member."""
        handle = await self._attach()
        room = self._members[member].room
        streams = [{"feed": self._members[other].feed, "mid": self._members[other].mids[context]} for other, context in wanted]
        offered = await self._join(handle, {"request": "join", "ptype": "subscriber", "room": room, "streams": streams})
        answer = await generator.ask("accept", member + RECEIVERS, offered["jsep"]["sdp"])
        await self._tell(handle, {"request": "start", "room": room}, {"type": "answer", "sdp": answer["sdp"]})

    async def _join(self, handle: int, body: dict[str, Any]) -> dict[str, Any]:
        """Janus knows a publisher's streams a moment after it said so."""
        for _ in range(20):
            answer = await self._ask({"janus": "message", "session_id": self._session, "handle_id": handle, "body": body})
            if answer.get("plugindata", {}).get("data", {}).get("error_code") != NO_SUCH_STREAM:
                assert "error" not in answer.get("plugindata", {}).get("data", {}), answer
                return answer
            await asyncio.sleep(0.1)
        raise TimeoutError("Janus does not know the streams that it was told of")

    async def stop(self) -> None:
        """Ends the process."""
        for task in self._tasks:
            task.cancel()
        await self._socket.close()
        self._process.terminate()
        await self._process.wait()
        self._folder.cleanup()

    async def _attach(self) -> int:
        attached = await self._ask({"janus": "attach", "session_id": self._session, "plugin": "janus.plugin.videoroom"})
        handle: int = attached["data"]["id"]
        return handle

    async def _tell(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        message = {"janus": "message", "session_id": self._session, "handle_id": handle, "body": body}
        answer = await self._ask({**message, "jsep": jsep} if jsep else message)
        assert "error" not in answer.get("plugindata", {}).get("data", {}), answer
        return answer

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        transaction = f"t{next(self._numbers)}"
        self._waiting[transaction] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({**message, "transaction": transaction}))
        answer = await asyncio.wait_for(self._waiting[transaction], 30)
        assert answer["janus"] != "error", answer
        return answer

    async def _read(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            if message["janus"] != "ack" and (waiting := self._waiting.pop(message.get("transaction", ""), None)):
                waiting.set_result(message)

    async def _stay(self) -> None:
        while True:
            await asyncio.sleep(20)
            await self._ask_nothing()

    async def _ask_nothing(self) -> None:
        await self._socket.send(json.dumps({"janus": "keepalive", "session_id": self._session, "transaction": "stay"}))


async def _connected(url: str) -> ClientConnection:
    """Its socket, when it listens."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(OSError):
                return await connect(url, subprotocols=[Subprotocol("janus-protocol")], max_size=1 << 20)
            await asyncio.sleep(0.05)


def configure(folder: Path, port: int, event_loops: int) -> None:
    """Writes its settings: the video room and WebSockets alone."""
    (folder / "none").mkdir()
    for kind, name in (("plugins", "videoroom"), ("transports", "websockets")):
        (folder / kind).mkdir()
        (folder / kind / f"libjanus_{name}.so").symlink_to(LIBRARY / kind / f"libjanus_{name}.so")
    places = "".join(f'{kind}_folder = "{folder}/{name}" ' for kind, name in (
        ("plugins", "plugins"), ("transports", "transports"), ("events", "none"), ("loggers", "none")
    ))  # fmt: skip
    loops = f"event_loops = {event_loops}" if event_loops else ""
    (folder / "janus.jcfg").write_text(f'general: {{ {places} debug_level = 2 {loops} }}\nnat: {{ ice_ignore_list = "vmnet" }}\nmedia: {{ }}\n')
    transport = f'general: {{ ws = true ws_port = {port} ws_ip = "127.0.0.1" wss = false }}\nadmin: {{ admin_ws = false }}\n'
    (folder / "janus.transport.websockets.jcfg").write_text(transport)
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")


def own_address() -> str:
    """An IPv4 address of this machine that is not loopback: where a packet to a documentation address would leave from. Nothing is sent."""
    with sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM) as asking:
        asking.connect(("198.51.100.1", 9))
        return str(asking.getsockname()[0])


def is_installed() -> bool:
    return PROGRAM.exists() and os.access(PROGRAM, os.X_OK)
