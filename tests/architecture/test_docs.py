"""What docs/ says of commands, settings, codes and files is there, and what is made from the code is up to date."""

import re
import shlex
from pathlib import Path

import pytest
from cyclopts import CycloptsError
from scripts.reference import commands
from scripts.reference.__main__ import BLOCKS, filled, pages, stale

from incamera.cli.app import build_app
from incamera.cli.setting_origins import unknown_variables
from incamera.control import limits
from incamera.errors import CATALOGUE
from incamera.server.app import create_app
from incamera.server.settings import Settings
from tests.architecture import checkout

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"\b((?:local|remote|denied|unavailable|integrity)\.(?!json\b)[a-z][a-z-]+[a-z])\b(?!\.\w)")
COMMAND = re.compile(r"\bincamera ((?:serve|doctor|version|room|turn|keys|config)\b[^\n`|>;)]*)")
PROSE = tuple(path for path in checkout.files() if path.suffix == ".md" and checkout.name(path).split("/")[0] not in {"node_modules", "changelog.d"})


def prose(*folders: str) -> tuple[Path, ...]:
    return tuple(path for path in PROSE if not folders or checkout.name(path).split("/")[0] in folders)


def anchors(path: Path) -> set[str]:
    """As forges make them of headings; and what is named by hand."""
    text = FENCE.sub("", checkout.text(path))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def broken_links(path: Path) -> list[str]:
    broken = []
    for target in LINK.findall(FENCE.sub("", checkout.text(path))):
        place, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        found = (path.parent / place).resolve() if place else path
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in anchors(found)):
            broken.append(f"{checkout.name(path)}: {target}")
    return broken


def told_commands(text: str) -> list[str]:
    """Every command of incamera in fenced blocks and in code within lines."""
    shells = [body for kind, body in FENCE.findall(text) if kind in {"", "sh"}]
    spans = re.findall(r"`(incamera [^`\n]+)`", FENCE.sub("", text))
    return [found.split(" | ")[0].strip() for piece in (*shells, *spans) for found in COMMAND.findall(piece)]


def is_understood(command: str) -> bool:
    words = shlex.split(command.replace("…", "").replace("[OPTIONS]", "").replace("RELAY", "coturn").replace('"$HOST_LINK"', "LINK"), comments=True)
    if words[-1] in {"room", "turn", "keys", "config"}:
        return True
    try:
        build_app().parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError:
        return False
    return True


def test_the_rules_see_what_they_forbid() -> None:
    assert told_commands("```\nincamera serve --port 1\n```\nsay `incamera room list` and incamera room close") == ["serve --port 1", "room list"]
    assert is_understood("room create --expires 2d --json")
    assert not is_understood("room create --colour red")
    assert not is_understood("serve --turn-secret x")
    named = ["denied.origin", "integrity.nothing-such", "unavailable.storage"]
    assert CODE.findall("`denied.origin`, integrity.nothing-such and unavailable.storage. Not integrity.json.") == named


def test_what_is_made_from_the_code_is_up_to_date() -> None:
    assert len(pages()) >= 6
    assert stale() == [], "run: python -m scripts.reference"
    with pytest.raises(KeyError):
        filled("<!-- made: nothing -->\n<!-- /made -->")


def test_everything_that_can_be_made_has_its_place() -> None:
    told = "".join(path.read_text("utf-8") for path in pages())
    assert [name for name in BLOCKS if f"<!-- made: {name} -->" not in told] == []


def test_every_link_leads_somewhere() -> None:
    assert len(PROSE) > 30
    assert [link for path in PROSE for link in broken_links(path)] == []


def test_every_page_can_be_found_from_the_first() -> None:
    index = checkout.ROOT / "docs" / "README.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in LINK.findall(checkout.text(index))}
    assert [checkout.name(path) for path in prose("docs") if path != index and path not in linked and path.parent.name != "decisions"] == []


def test_every_command_that_is_told_is_understood() -> None:
    told = [(checkout.name(path), command) for path in PROSE for command in told_commands(checkout.text(path))]
    assert len(told) > 30
    assert [one for one in told if not is_understood(one[1])] == []


def test_every_command_says_what_each_of_its_options_means() -> None:
    every = dict(commands.every_command())
    assert len(every) > 10
    lacking = [
        (words, one.names) for words, app in every.items() for one in app.assemble_argument_collection() if one.show and not one.parameter.help
    ]
    assert lacking == []
    assert [words for words, app in every.items() if not str(app.help).strip()] == []


def test_every_variable_that_is_named_is_read() -> None:
    named = {name for path in PROSE for name in re.findall(r"\bINCAMERA_[A-Z_]+[A-Z]\b", checkout.text(path))} - {"INCAMERA_SHARED_VECTORS"}
    assert len(named) > 10
    assert unknown_variables(dict.fromkeys(named, "")) == []


def test_every_code_that_is_named_is_known() -> None:
    named = {(checkout.name(path), code) for path in prose("docs", "spec", "README.md") for code in CODE.findall(checkout.text(path))}
    assert len(named) > 20
    assert sorted(one for one in named if one[1] not in CATALOGUE) == []


def test_every_target_of_make_that_is_told_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", checkout.text(checkout.ROOT / "Makefile"), re.MULTILINE))
    told = {name for path in PROSE for name in re.findall(r"`?\bmake ([a-z]+)(?=[`\s].{0,40}|$)", "\n".join(code_of(path)))}
    assert {"serve", "test", "build"} <= told
    assert told - targets == set()


def code_of(path: Path) -> list[str]:
    text = checkout.text(path)
    return [body for _kind, body in FENCE.findall(text)] + re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def test_the_page_about_http_names_every_route() -> None:
    page = (checkout.ROOT / "docs" / "reference" / "http-api.md").read_text("utf-8")
    routes = {(method, route.path) for route in create_app(Settings()).routes for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}}  # type: ignore[attr-defined]
    assert len(routes) > 10
    assert sorted(f"{method} {path}" for method, path in routes if f"`{method} {path}`" not in page) == []


def test_the_page_about_retention_says_what_the_code_does() -> None:
    page = (checkout.ROOT / "docs" / "explanation" / "what-the-server-sees.md").read_text("utf-8")
    assert (limits.LOG_LIFE_AFTER_EMPTY_S, limits.ROOM_LIFE_AFTER_END_S, limits.GRANT_LIFETIME_S_MAX, limits.EVENT_LIFE_S) == (
        300,
        3_600,
        86_400,
        2_592_000,
    )
    assert (limits.LOG_ENTRIES_MAX, limits.LOG_BYTES_MAX) == (4_096, 16 * 2**20)
    for words in ("five minutes after it is empty, 4,096 or 16 MiB", "an hour after it expired", "a day at most", "thirty days"):
        assert words in page
