"""Our server: rooms and grants over HTTP, legs over the socket (spec/7, spec/11). Nobody has MLS here: the SFU's leg does without."""

import asyncio
import base64
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
from benches.sfu_load.forwarder import AUDIO
from benches.sfu_load.generator import CHECKOUT, TASKSET, Generator
from websockets.asyncio.client import ClientConnection, connect

AUDIO_SLOTS_MAX, VIDEO_SLOTS_MAX = 16, 30


@dataclass(frozen=True)
class Room:
    room_id: str
    access: str
    capacity: int


@dataclass
class Member:
    """One participant and its leg."""

    participant_id: str
    socket: ClientConnection
    reader: asyncio.Task[None]
    answers: asyncio.Queue[dict[str, Any]]
    leg_id: str
    mids: list[str]
    audio_slots: int


class Own:
    """`incamera serve` on one core."""

    address = "127.0.0.1"

    def __init__(self, process: asyncio.subprocess.Process, folder: tempfile.TemporaryDirectory[str], origin: str) -> None:
        self._process, self._folder, self._origin = process, folder, origin
        self.pid = process.pid
        self._http = httpx2.AsyncClient(base_url=origin, timeout=30)
        self._members: dict[int, Member] = {}
        self.ended: list[tuple[int, str]] = []
        """Members whose leg ended, and the code."""

    @classmethod
    async def start(cls, core: int, *, gso: bool = True) -> "Own":
        """One with an empty database."""
        folder = tempfile.TemporaryDirectory(prefix="incamera-bench-")
        process = await asyncio.create_subprocess_exec(
            TASKSET, "-c", str(core), sys.executable, "-m", "benches.sfu_load.serve", folder.name, "gso" if gso else "no-gso",
            stdout=asyncio.subprocess.PIPE, cwd=CHECKOUT,
        )  # fmt: skip
        assert process.stdout
        origin = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        return cls(process, folder, origin)

    async def room(self, capacity: int) -> object:
        """A room of topology `group`."""
        room_id, access = os.urandom(16), os.urandom(32)
        made = await self._http.post(
            "/api/rooms",
            json={
                "room_id": b64u(room_id), "access_hash": b64u(hashlib.sha256(access).digest()), "host_public_key": b64u(os.urandom(32)),
                "sealed_policy": b64u(os.urandom(300)), "topology": "group", "capacity": capacity, "expires_at": int(time.time()) + 7_200,
            },
        )  # fmt: skip
        assert made.status_code == 201, made.text
        return Room(b64u(room_id), b64u(access), capacity)

    async def join(self, generator: Generator, room: object, member: int, *, sends: bool = True) -> None:
        """Grant, socket and leg, which always has tracks to send on."""
        del sends
        assert isinstance(room, Room)
        granted = await self._http.post(f"/api/rooms/{room.room_id}/grants", json={"access": room.access})
        assert granted.status_code == 201, granted.text
        socket = await connect(self._origin.replace("http", "ws", 1) + "/api/signal", max_size=1 << 20)
        answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        reader = asyncio.create_task(self._read(member, socket, answers))
        await socket.send(json.dumps({"type": "join", "version": 1, "grant": granted.json()["grant"], "room_id": room.room_id, "have": None}))
        joined = await _next(answers, "joined")
        audio, video = min(AUDIO_SLOTS_MAX, room.capacity), min(VIDEO_SLOTS_MAX, room.capacity)
        self._members[member] = Member(joined["participant_id"], socket, reader, answers, "", [], audio)
        await self.renew(generator, member, audio, video)

    async def _read(self, member: int, socket: ClientConnection, answers: asyncio.Queue[dict[str, Any]]) -> None:
        """Takes all that the server says; a queue that nobody empties would end the socket."""
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "sfu_ended":
                self.ended.append((member, message["code"]))
            elif message["type"] in ("joined", "sfu_answer", "error", "closing"):
                answers.put_nowait(message)

    async def renew(self, generator: Generator, member: int, audio: int, video: int) -> None:
        """A new leg of a member, which ends the older."""
        of = self._members[member]
        of.leg_id = b64u(os.urandom(16))
        offer = await generator.ask("offer", member, audio, video)
        await of.socket.send(json.dumps({"type": "sfu_offer", "ref": 1, "leg_id": of.leg_id, "sdp": offer["sdp"]}))
        answer = await _next(of.answers, "sfu_answer")
        await generator.ask("answered", member, answer["sdp"])
        of.mids = offer["mids"]

    async def watch(self, generator: Generator, member: int, wanted: Sequence[tuple[int, int]]) -> None:
        """One wish for all slots."""
        del generator
        of = self._members[member]
        free = {AUDIO: iter(of.mids[: of.audio_slots]), 1: iter(of.mids[of.audio_slots :])}
        slots = [
            {"mid": mid, "participant_id": self._members[other].participant_id, "context": context, "height_max": 0}
            for other, context in wanted
            if other in self._members and (mid := next(free[context], None))
        ]
        await of.socket.send(json.dumps({"type": "sfu_subscribe", "ref": 2, "leg_id": of.leg_id, "slots": slots}))

    async def leave(self, generator: Generator, member: int) -> None:
        """Says goodbye; the endpoint goes."""
        of = self._members.pop(member)
        await of.socket.send(json.dumps({"type": "bye"}))
        await of.socket.close()
        await of.reader
        await generator.ask("drop", member)

    async def metrics(self) -> dict[str, float]:
        """The numbers of the media node that have no label."""
        text = (await self._http.get("/metrics")).text
        lines = [line.split(" ") for line in text.splitlines() if not line.startswith("#") and "{" not in line]
        return {name: float(value) for name, value in lines}

    async def stop(self) -> None:
        """Ends the process and removes its database."""
        for of in self._members.values():
            await of.socket.close()
        await self._http.aclose()
        self._process.terminate()
        await self._process.wait()
        self._folder.cleanup()


async def _next(answers: asyncio.Queue[dict[str, Any]], kind: str) -> dict[str, Any]:
    message = await asyncio.wait_for(answers.get(), 60)
    assert message["type"] == kind, message
    return message


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
