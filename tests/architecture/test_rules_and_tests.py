"""Every rule of docs/rules-and-tests.md names a test, and every test that it names is there."""

import ast
import re

from tests.architecture import checkout

PAGE = checkout.ROOT / "docs" / "rules-and-tests.md"
NAMING = re.compile(r"^- \[(?P<path>[^\]]+)\]\(\.\./(?P=path)\): (?P<titles>\*.+\*)$")
TITLE = re.compile(r"\*(.+?)\*(?= · \*|$)")
# it('…'), it.each([...])('…'), describe(…): the title is the first argument of the last call.
TYPESCRIPT_TITLE = re.compile(
    r"""(?:\b(?:it|test|describe|attack)\(|\]\s*(?:as const\s*)?\)\(|\)\)\(|\)\()\s*(['"`])((?:\\.|(?!\1).)+)\1""", re.DOTALL
)
RUST_TITLE = re.compile(r"#\[test\]\s+fn (\w+)\(")
PRODUCT = ("R1", "R2", "R3", "R4", "R5", "R6", "R9", "R11", "R12", "R13", "R14", "R15", "R16", "R24", "U1", "U2", "U4")


def rules() -> dict[str, list[str]]:
    """The lines below each rule."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            lines = []
        elif line.startswith("### "):
            assert line not in found, f"{line} stands twice"
            lines = found[line] = []
        elif line.strip():
            lines.append(line)
    return found


def titles(path: str) -> set[str]:
    """The titles of a file's tests as they are named in prose."""
    file = checkout.ROOT / path
    if not file.is_file():
        return set()
    text = file.read_text("utf-8")
    if path.endswith(".ts"):
        return {found[1].replace("\\'", "'") for found in TYPESCRIPT_TITLE.findall(text)}
    if path.endswith(".rs"):
        return {name.replace("_", " ") for name in RUST_TITLE.findall(text)}
    tree = ast.parse(text)
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    machines = {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)}
    return {name.removeprefix("test_").replace("_", " ") for name in functions if name.startswith("test_")} | {
        name.removeprefix("Test") for name in machines if name.startswith("Test")
    }


def named() -> list[tuple[str, str, str]]:
    """Rule, file and title of every naming."""
    every = []
    for rule, lines in rules().items():
        for line in lines:
            naming = NAMING.match(line)
            assert naming, f"{rule}: not the form of a naming: {line}"
            every += [(rule, naming["path"], title) for title in TITLE.findall(naming["titles"])]
    return every


def test_every_rule_has_a_test() -> None:
    assert len(rules()) > 40
    assert [rule for rule in rules() if not any(rule == one for one, _path, _title in named())] == []


def test_every_test_that_is_named_exists() -> None:
    assert len(named()) > 100
    known = {path: titles(path) for _rule, path, _title in named()}
    assert [f"{path}: {title}" for _rule, path, title in named() if title not in known[path]] == []


def test_a_test_that_is_not_there_would_be_noticed() -> None:
    assert "every rule has a test" in titles("tests/architecture/test_rules_and_tests.py")
    assert "Delivery" in titles("tests/property/test_server_delivery.py")
    assert "a second tab takes over and the first one says so" in titles("tests/e2e/calls.e2e.ts")
    assert "%s turns the call broken and takes the picture away" in titles("tests/attacks/browser/readings.e2e.ts")
    assert "no byte arrives at any canary in the closed loop" in titles("crates/node/tests/canaries/matrix.rs")
    assert "alone" not in titles("crates/node/tests/canaries/network.rs")
    assert "a third tab" not in titles("tests/e2e/calls.e2e.ts")
    assert titles("tests/nothing.py") == set()


def test_every_page_of_the_protocol_and_every_promise_of_the_product_is_there() -> None:
    text = PAGE.read_text("utf-8")
    pages = sorted(path.name for path in (checkout.ROOT / "spec").glob("[0-9]*.md"))
    assert len(pages) == 11
    assert [page for page in pages if not re.search(rf"^## .*\(\.\./spec/{re.escape(page)}\)", text, re.MULTILINE)] == []
    assert [promise for promise in PRODUCT if not any(rule.startswith(f"### {promise} ") for rule in rules())] == []
