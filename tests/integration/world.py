"""A real server on loopback in this process, and people without browsers who talk to it."""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from incamera.server.parts import Parts
from incamera.server.run import Server, make_server
from incamera.server.settings import Settings

PATIENCE_S = 10


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class RoomKeys:
    """What a client that made a room knows."""

    room_id: str
    access: str
    host_public_key: bytes = b"\x01" * 32


class Socket:
    """A participant's socket."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire

    async def send(self, **message: Any) -> None:
        await self.wire.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            return dict(json.loads(await self.wire.recv()))

    async def receive_type(self, wanted: str) -> dict[str, Any]:
        """The next message of this type; others before it are passed over."""
        while (message := await self.receive())["type"] != wanted:
            pass
        return message

    async def append(self, ref: int, body: str = "AAAA", kind: str = "application") -> None:
        await self.send(type="append", ref=ref, kind=kind, epoch=0, body=body)

    async def entries(self, count: int) -> list[dict[str, Any]]:
        return [await self.receive_type("entry") for _ in range(count)]

    async def closed(self) -> tuple[int, list[dict[str, Any]]]:
        """The close code, and the messages that came before it."""
        messages = []
        try:
            while True:
                messages.append(await self.receive())
        except ConnectionClosed as closed:
            return (closed.rcvd.code if closed.rcvd else 1006), messages


class World:
    """One server that can be stopped and started again on the same data folder."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = Settings(port=0, data_dir=folder, log_level="error", **settings)
        self.origin = ""
        self.server: Server | None = None
        self._task: asyncio.Task[None] | None = None
        self._http: httpx2.AsyncClient | None = None

    @property
    def http(self) -> httpx2.AsyncClient:
        assert self._http is not None
        return self._http

    @property
    def parts(self) -> Parts:
        assert self.server is not None
        parts: Parts = self.server.config.app.state.parts  # type: ignore[union-attr]
        return parts

    async def start(self) -> None:
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.server = make_server(self.settings, ready.set_result)
        self._task = asyncio.create_task(self.server._serve())
        await asyncio.wait((ready, self._task), timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        if self.server._refused is not None:
            raise self.server._refused
        assert ready.done(), "the server did not start"
        scheme = "https" if self.settings.tls_cert else "http"
        self.origin = f"{scheme}://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"
        self._http = httpx2.AsyncClient(base_url=self.origin, timeout=PATIENCE_S)

    async def stop(self) -> None:
        assert self.server is not None
        assert self._task is not None
        self.server.should_exit = True
        await self._task
        await self.http.aclose()

    async def create_room(
        self, *, capacity: int = 2, topology: str = "direct", host_public_key: bytes = b"\x01" * 32, life_s: int = 3600
    ) -> RoomKeys:
        keys = RoomKeys(b64u(os.urandom(16)), b64u(os.urandom(32)), host_public_key)
        answer = await self.http.post("/api/rooms", json=self.room_body(keys, capacity=capacity, topology=topology, life_s=life_s))
        assert answer.status_code == 201, answer.text
        return keys

    def room_body(self, keys: RoomKeys, *, capacity: int = 2, topology: str = "direct", life_s: int = 3600) -> dict[str, Any]:
        access = base64.urlsafe_b64decode(keys.access + "=")
        return {
            "room_id": keys.room_id,
            "access_hash": b64u(hashlib.sha256(access).digest()),
            "host_public_key": b64u(keys.host_public_key),
            "sealed_policy": "c2VhbGVk",
            "topology": topology,
            "capacity": capacity,
            "expires_at": int(time.time()) + life_s,
        }

    async def grant(self, keys: RoomKeys, **more: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/api/rooms/{keys.room_id}/grants", json={"access": keys.access, **more})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    @contextlib.asynccontextmanager
    async def socket(self, **headers: str) -> AsyncIterator[Socket]:
        """A socket that has not joined."""
        async with connect(self.origin.replace("http", "ws") + "/api/signal", additional_headers=headers, max_size=2**22, close_timeout=1) as wire:
            yield Socket(wire)

    @contextlib.asynccontextmanager
    async def joined(
        self, keys: RoomKeys, grant: dict[str, Any] | None = None, have: int | None = None
    ) -> AsyncIterator[tuple[Socket, dict[str, Any]]]:
        """A socket that has joined, and the `joined` message."""
        shown = grant or await self.grant(keys)
        async with self.socket() as socket:
            await socket.send(type="join", version=1, grant=shown["grant"], room_id=keys.room_id, have=have)
            yield socket, await socket.receive_type("joined")


@contextlib.asynccontextmanager
async def running(folder: Path, **settings: Any) -> AsyncIterator[World]:
    world = World(folder, **settings)
    await world.start()
    try:
        yield world
    finally:
        await world.stop()
