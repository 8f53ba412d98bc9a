"""One attack, run twice with the same code: against the server with one rule replaced, where it has to succeed, and against the product.

What is attacked, and what is noticed, is data: tests/attacks/attacks.json; tests/attacks/engine/attack.ts does the same for the client.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TABLE: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "attacks.json").read_text())

Weaken = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Outcome:
    """`believed`: the attacker got what it wanted. `noticed`: status codes and codes that it got instead."""

    believed: bool
    noticed: tuple[object, ...] = ()


def attack(name: str, weaken: Weaken) -> Callable[[Callable[[Path], Awaitable[Outcome]]], Callable[..., Awaitable[None]]]:
    """The test of an attack; `weaken` is one of weakened.py."""
    row = next(row for row in TABLE if row["attack"] == name)
    assert list(row["weakened"].values()) == [f"tests/attacks/server/weakened.py:{weaken.__name__}"], name

    def decorate(run: Callable[[Path], Awaitable[Outcome]]) -> Callable[..., Awaitable[None]]:
        @pytest.mark.parametrize("against", ["weakened", "product"])
        async def test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, against: str) -> None:
            if against == "weakened":
                weaken(monkeypatch)
            outcome = await run(tmp_path)
            assert outcome.believed == (against == "weakened"), outcome
            if against == "product":
                assert set(row["noticed"]) <= set(outcome.noticed), outcome

        return test

    return decorate
