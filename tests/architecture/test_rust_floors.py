"""The floors of the Rust crates, and the one door between Python and them."""

import ast
import json
import re
import subprocess
from functools import cache

from tests.architecture import checkout

DOOR = "incamera._native"
DOORKEEPER = "src/incamera/adapters/media_node.py"
# Which of our crates each may rest on. A crate that is not named here fails the test.
FLOORS: dict[str, frozenset[str]] = {
    "wire": frozenset(),
    "turn": frozenset({"wire"}),
    "congestion": frozenset(),
    "hop": frozenset(),
    "sfu": frozenset({"congestion", "hop", "wire"}),
    "node": frozenset({"sfu", "turn", "wire"}),
    "py": frozenset({"node"}),
    "loadgen": frozenset({"wire"}),
    "fuzz": frozenset({"sfu", "turn", "wire"}),
    "evil-sfu": frozenset({"node"}),
    "weakened-sfu": frozenset({"congestion", "wire"}),
}
# What has sockets, threads of its own or a runtime; below the node nothing has.
IO = frozenset({"libc", "mio", "nix", "rustix", "socket2", "tokio", "rustls", "pyo3"})


@cache
def crates() -> dict[str, frozenset[str]]:
    """Each crate of the workspace, and what it names as its dependency outside of tests."""
    told = subprocess.run(
        ["scripts/cargo", "metadata", "--locked", "--no-deps", "--format-version=1"], cwd=checkout.ROOT, check=True, capture_output=True
    ).stdout
    return {
        package["name"]: frozenset(dependency["name"] for dependency in package["dependencies"] if dependency["kind"] != "dev")
        for package in json.loads(told)["packages"]
    }


def imported(source: str) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


def test_each_crate_rests_only_on_the_ones_below_it() -> None:
    """Invariant Z in Rust: none of the server's crates can reach a client's, since none of those is in its list."""
    assert set(crates()) == set(FLOORS)
    ours = {name: dependencies & set(FLOORS) for name, dependencies in crates().items()}
    assert not {name: dependencies - FLOORS[name] for name, dependencies in ours.items() if dependencies - FLOORS[name]}


def test_bytes_and_state_machines_name_nothing_that_does_io() -> None:
    assert not frozenset().union(*(crates()[name] for name in ("wire", "turn", "congestion", "hop", "sfu"))) & IO


def test_the_sfu_names_nothing_that_could_open_what_members_seal() -> None:
    """Invariant Z: forwarding rests on a hop's keys and on bytes; MLS, SFrame and HPKE are the members', and what opens a hop's packets is a crate of its own."""
    assert crates()["sfu"] == {"congestion", "foldhash", "hop", "wire"}
    assert crates()["hop"] == {"aws-lc-rs", "dimpl"}
    paths = checkout.below("crates/sfu/src", suffix=".rs")
    assert paths
    assert not checkout.offenders(paths, re.compile(r"mls|sframe|hpke|aes_gcm|\bopen_in_place\b", re.IGNORECASE))


def test_state_machines_take_time_and_chance_as_parameters() -> None:
    paths = checkout.below("crates/wire/src", "crates/turn/src", "crates/sfu/src", "crates/congestion/src", suffix=".rs")
    assert paths
    assert not checkout.offenders(paths, re.compile(r"Instant::now|SystemTime|std::(?:net::(?:Udp|Tcp)|thread|fs|env)\b|getrandom|rand::"))


def test_what_attacks_and_what_is_weakened_is_of_tests_alone() -> None:
    """Invariant D in Rust: what attacks is another extension module, what lacks defences another crate; the product has no order that a test gives, and
    starts nothing but `Node::start`.
    """
    assert not [name for name, dependencies in crates().items() if dependencies & {"evil-sfu", "weakened-sfu"}]
    product = (*checkout.below("crates", suffix=".rs"), *checkout.below("src", suffix=".py"), *checkout.below("scripts", suffix=".py"))
    assert product
    assert not checkout.offenders(product, re.compile(r"\bevil|weakened[_-]sfu", re.IGNORECASE))
    assert not checkout.offenders(checkout.below("crates/py", suffix=".rs"), re.compile(r"start_(?:with|as)"))


def test_only_one_file_opens_the_door_to_rust() -> None:
    assert imported(f"from {DOOR} import node") >= {DOOR}
    assert imported("from incamera import _native") == {"incamera", DOOR}
    opening = {checkout.name(path) for path in checkout.below("src", suffix=".py") if DOOR in imported(checkout.text(path))}
    assert opening == {DOORKEEPER}
