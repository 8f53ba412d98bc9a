"""Invariant T: below `server`, `cli` and the worker's composition, time and randomness come in as parameters."""

import ast
import re
from pathlib import Path

from tests.architecture import checkout

PURE_PYTHON = tuple(f"src/incamera/{floor}" for floor in ("errors", "domain", "protocol", "control", "e2ee"))
PURE_WEB = tuple(f"web/client/{room}" for room in ("group", "signal", "sframe", "crypto", "storage", "bytes", "wire"))
MODULES = frozenset({"time", "random", "secrets", "uuid"})
CALLS = frozenset({"urandom", "getrandom", "now", "utcnow", "today", "generate", "generate_key", "generate_private_key", "SystemRandom"})
WEB_TIME_OR_CHANCE = re.compile(
    r"\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bMath\.random\b|(?<!nonce = crypto\.)\bgetRandomValues\b|\brandomUUID\b|\bset(?:Timeout|Interval)\b"
)


def reaches_for_time_or_chance(source: str) -> list[int]:
    """The lines on which a module imports a source of time or chance, or calls one."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names) if any(alias.name.split(".")[0] in MODULES for alias in names):
                lines.append(node.lineno)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
                lines.append(node.lineno)
            case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called)) if called in CALLS:
                lines.append(node.lineno)
    return lines


def reaching(paths: tuple[Path, ...]) -> list[str]:
    return [f"{checkout.name(path)}:{line}" for path in paths for line in reaches_for_time_or_chance(checkout.text(path))]


def test_the_rule_sees_what_it_forbids() -> None:
    assert reaches_for_time_or_chance(
        "import time\nfrom secrets import token_bytes\nx = datetime.now(UTC)\ny = os.urandom(3)\nz = Key.generate()\n"
    ) == [1, 2, 3, 4, 5]
    assert reaches_for_time_or_chance("def admit(state, now, random_bytes):\n    return state.at(now)\n") == []
    assert WEB_TIME_OR_CHANCE.search("const at = Date.now()")
    assert not WEB_TIME_OR_CHANCE.search("function admit(now_s: number, chance: Chance) {")


def test_pure_python_takes_time_and_chance_as_parameters() -> None:
    paths = checkout.below(*PURE_PYTHON, suffix=".py")
    assert len(paths) >= len(PURE_PYTHON)
    assert not reaching(paths)


def test_the_protocol_in_the_browser_takes_time_and_chance_as_parameters() -> None:
    paths = tuple(path for path in checkout.below(*PURE_WEB, suffix=".ts") if not path.name.endswith((".test.ts", ".bench.ts")))
    assert paths
    assert not checkout.offenders(paths, WEB_TIME_OR_CHANCE, without_comments=True)


def test_nothing_anywhere_uses_predictable_chance() -> None:
    product = tuple(path for path in checkout.below("web", suffix=".ts") if not path.name.endswith((".test.ts", ".bench.ts")))
    assert not checkout.offenders(product, re.compile(r"\bMath\.random\b"), without_comments=True)
    assert not checkout.offenders(checkout.below("src", suffix=".py"), re.compile(r"^\s*(?:import|from) random\b"))


def test_the_turn_server_has_no_clock_no_chance_and_no_socket() -> None:
    paths = checkout.below("crates/turn/src", "crates/wire/src", suffix=".rs")
    assert len(paths) > 20
    assert not checkout.offenders(
        paths, re.compile(r"\bstd::(?:time|thread|fs|env)\b|\b(?:UdpSocket|TcpStream|TcpListener|Instant|SystemTime|getrandom)\b|\brand::")
    )
