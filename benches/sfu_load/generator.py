"""The process that sends and receives: `loadgen sfu`, told what to do by lines (crates/loadgen/src/sfu/commands.rs says which)."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
TASKSET = "/usr/bin/taskset"
CONNECT_S_MAX = 60


class Generator:
    """loadgen on one core."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    @classmethod
    async def start(cls, core: int, address: str = "127.0.0.1", *, spin: bool = True) -> "Generator":
        """With sockets at `address`. One that does not spin leaves its core to others between packets."""
        program = CHECKOUT / os.environ.get("CARGO_TARGET_DIR", "target") / "release" / "loadgen"
        pipe = asyncio.subprocess.PIPE
        return cls(
            await asyncio.create_subprocess_exec(
                TASKSET, "-c", str(core), program, "sfu", address, "spin" if spin else "wait", stdin=pipe, stdout=pipe, limit=1 << 20
            )
        )

    async def ask(self, *words: object) -> dict[str, Any]:
        """The answer to one command."""
        assert self._process.stdin
        assert self._process.stdout
        async with self._turn:
            self._process.stdin.write((" ".join(str(word) for word in words).replace("\r\n", "\\r\\n") + "\n").encode())
            line = await self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"loadgen: {answer['error']} ({words[:2]})")
        return answer

    async def connected(self) -> None:
        """Waits for every endpoint."""
        deadline = time.monotonic() + CONNECT_S_MAX
        while waiting := (await self.ask("connected"))["waiting"]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"endpoints that do not come up: {waiting}")
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """Ends it; every endpoint goes without a word."""
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()
