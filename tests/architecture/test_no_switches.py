"""Invariant D: the product has no branch that weakens it, and no door that only a test knows."""

import json
import re
from hashlib import sha256
from pathlib import Path

from tests.architecture import checkout

DIST = checkout.ROOT / "web" / "dist"
SWITCH = re.compile(r"import\.meta\.env|\bprocess\.env\b|\blocation\.search\b|\bURLSearchParams\b|\bdebugger\b")
STORAGE = re.compile(r"\b(?:local|session)Storage\b")
LEFT_BEHIND = re.compile(r"process\.env|import\.meta\.env|sourceMappingURL|\bdebugger\b|vitest|puppeteer|fake-indexeddb")
HOOK = re.compile(r"\b__[a-z]\w*[a-z0-9]\b(?!__)")
# Names that the language, the bundler or a library use themselves.
NOT_OURS = frozenset({"__proto__", "__dirname", "__filename", "__vite__mapDeps", "__vitePreload", "__esModule"})


def built() -> list[Path]:
    assert (DIST / "integrity.json").is_file(), "the client is not built: make build"
    return sorted(path for path in DIST.rglob("*") if path.is_file())


def product() -> tuple[Path, ...]:
    return tuple(path for path in checkout.below("web", suffix=".ts") if not path.name.endswith((".test.ts", ".bench.ts")))


def test_nothing_in_the_address_or_the_build_switches_the_client() -> None:
    assert product()
    assert not checkout.offenders(product(), SWITCH, without_comments=True)


def test_nothing_in_the_browsers_plain_storage_switches_the_client() -> None:
    client = tuple(path for path in product() if checkout.name(path).startswith("web/client/"))
    assert client
    assert not checkout.offenders(client, STORAGE, without_comments=True)


def test_the_built_client_knows_no_name_that_tests_put_on_the_page() -> None:
    hooks = {hook for path in checkout.below("tests", suffix=".ts") for hook in HOOK.findall(checkout.text(path))} - NOT_OURS
    scripts = [path for path in built() if path.suffix in {".js", ".html"}]
    assert scripts
    assert not [(path.name, hook) for path in scripts for hook in hooks if re.search(rf"\b{hook}\b", path.read_text())]


def test_the_built_client_holds_nothing_of_the_tools_that_made_it() -> None:
    scripts = [path for path in built() if path.suffix in {".js", ".html"}]
    assert not [(path.name, found[0]) for path in scripts if (found := LEFT_BEHIND.search(path.read_text()))]


def test_the_list_of_digests_names_every_built_file() -> None:
    listed = json.loads((DIST / "integrity.json").read_text())
    assert listed["algorithm"] == "sha-256"
    digests = {path.relative_to(DIST).as_posix(): sha256(path.read_bytes()).hexdigest() for path in built() if path.name != "integrity.json"}
    assert listed["files"] == digests
