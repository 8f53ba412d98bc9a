"""Every error that code can raise or show is in spec/errors.json, with its blame and its advice."""

import json
import re

from tests.architecture import checkout

CATALOGUE = {entry["code"]: entry for entry in json.loads((checkout.ROOT / "spec" / "errors.json").read_text())}
BLAMES = frozenset({"local", "remote", "denied", "unavailable", "integrity"})
LITERAL = re.compile(rf"""(["'`])((?:{"|".join(sorted(BLAMES))})\.[a-z][a-z0-9-]*)\1""")


def test_every_code_begins_with_its_blame_and_comes_with_advice() -> None:
    assert len(CATALOGUE) > 10
    assert not [code for code, entry in CATALOGUE.items() if entry["blame"] not in BLAMES or not code.startswith(f"{entry['blame']}.")]
    assert not [code for code, entry in CATALOGUE.items() if not entry["title"].strip() or not entry["advice"].strip()]


def test_code_names_no_error_that_the_catalogue_lacks() -> None:
    paths = checkout.below("src", suffix=".py") + checkout.below("web", suffix=".ts")
    named = {(checkout.name(path), found[1]) for path in paths for found in LITERAL.findall(checkout.text(path))}
    assert not sorted((path, code) for path, code in named if code not in CATALOGUE)
