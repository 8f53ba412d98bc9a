"""The table of attacks is true: what it names exists, what it replaces is replaced, and no threat is without an attack."""

import json
import re
from typing import Any

import pytest

from tests.architecture import checkout

TABLE: list[dict[str, Any]] = json.loads((checkout.ROOT / "tests/attacks/attacks.json").read_text())
WEAKENED = checkout.ROOT / "tests" / "attacks" / "weakened"
THREATS = re.findall(r"^\| (T\d+) \|", (checkout.ROOT / "docs/threat-model.md").read_text(), re.MULTILINE)
WEAKENED_SFU = checkout.ROOT / "tests" / "attacks" / "weakened_sfu" / "src"
EXPORTED = re.compile(r"^(?:export (?:async )?(?:const|class|function)|pub(?:\(crate\))? (?:const|enum|fn|struct)) (\w+)", re.MULTILINE)
RUST_MODULE = re.compile(r"^ *(?:pub(?:\(crate\))? )?mod (\w+);", re.MULTILINE)


def read(path: str) -> str:
    return (checkout.ROOT / path).read_text()


def test_each_attack_stands_once_and_in_its_test() -> None:
    names = [row["attack"] for row in TABLE]
    assert len(names) == len(set(names))
    missing = [row["attack"] for row in TABLE if not re.search(rf"""(['"`]){re.escape(row["attack"])}\1""", read(row["test"]))]
    assert not missing


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["attack"])
def test_each_defence_is_a_module_and_its_variant_replaces_what_it_has(row: dict[str, Any]) -> None:
    assert row["weakened"]
    for defence, variant in row["weakened"].items():
        path, _, function = variant.partition(":")
        if function:
            assert f"def {function}(" in read(path)
            assert (checkout.ROOT / defence).is_file()
        else:
            assert set(EXPORTED.findall(read(path))) <= set(EXPORTED.findall(read(defence)))
            assert EXPORTED.search(read(path))


def test_each_code_that_is_noticed_is_registered() -> None:
    registered = {entry["code"] for entry in json.loads(read("spec/errors.json"))}
    noticed = {what for row in TABLE for what in row["noticed"] if isinstance(what, str) and re.fullmatch(r"[a-z]+\.[a-z-]+", what)}
    assert noticed
    assert noticed <= registered


def test_no_variant_lies_unused() -> None:
    attacks = [path for path in checkout.files() if checkout.name(path).startswith("tests/attacks/") and path.parent != WEAKENED]
    texts = [checkout.text(path) for path in attacks]
    assert not [path.name for path in WEAKENED.glob("*.ts") if not any(path.stem in text for text in texts)]
    weakening = set(re.findall(r"^def (\w+)\(", read("tests/attacks/server/weakened.py"), re.MULTILINE))
    variants = {variant for row in TABLE for variant in row["weakened"].values()}
    assert weakening == {variant.partition(":")[2] for variant in variants} - {""}
    in_rust = {checkout.name(path) for path in WEAKENED_SFU.glob("*.rs")} - {checkout.name(WEAKENED_SFU / "lib.rs")}
    assert in_rust == {variant for variant in variants if variant.endswith(".rs")}


def test_the_weakened_sfu_is_the_products_but_for_its_variants() -> None:
    product = {module for crate in ("hop", "sfu") for module in RUST_MODULE.findall(read(f"crates/{crate}/src/lib.rs"))}
    page = checkout.text(WEAKENED_SFU / "lib.rs")
    blocks = re.findall(r"^mod \w+ \{$(.*?)^\}$", page, re.MULTILINE | re.DOTALL)
    as_they_are = set(RUST_MODULE.findall("".join(blocks)))
    variants = {path.stem for path in WEAKENED_SFU.glob("*.rs")} - {"lib"}
    assert set(RUST_MODULE.findall(page)) - as_they_are == variants | {"attacks"}
    assert as_they_are == product - variants


def test_each_threat_has_an_attack_or_a_test_of_another_kind() -> None:
    page = read("docs/attacks.md")
    elsewhere = {threat: re.findall(r"`(tests/[^`]+)`", line) for line in page.splitlines() for threat in re.findall(r"^\| (T\d+) \|", line)}
    attacked = {threat for row in TABLE for threat in row["threats"]}
    assert attacked <= set(THREATS)
    assert attacked | set(elsewhere) == set(THREATS)
    assert not [path for paths in elsewhere.values() for path in paths if not (checkout.ROOT / path).is_file()]
    assert all(elsewhere.values())


def test_the_product_has_no_variant_in_it() -> None:
    product = tuple(path for path in checkout.below("web", suffix=".ts") if not path.name.endswith((".test.ts", ".bench.ts")))
    assert product
    assert not checkout.offenders(product, re.compile(r"tests/attacks"))
