"""The headers of every kind of answer, against the list that they must keep to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from incamera.server.headers import IMMUTABLE
from tests.integration.world import World, b64u, running

CALL = f"/r/{b64u(bytes(16))}"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; connect-src 'self' ws://{host}; img-src 'self' blob:; "
    "media-src 'self' blob:; font-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types incamera lit-html"
)
FIXED = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
EVERY_KIND = (
    "/",
    CALL,
    "/security",
    "/assets/app-0123abcd.js",
    "/healthz",
    "/metrics",
    "/openapi.json",
    "/nothing",
    "/api/turn-credentials",
    "/r/short",
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    client = tmp_path / "client"
    (client / "assets").mkdir(parents=True)
    for page in ("home.html", "call.html", "security.html"):
        (client / page).write_text(f"<!doctype html><title>{page}</title>")
    (client / "assets" / "app-0123abcd.js").write_text("export {}")
    (client / "assets" / "plain.css").write_text("")
    (client / "assets" / "app-0123abcd.js.map").write_text("{}")
    (client / ".secret").write_text("no")
    async with running(tmp_path / "data", client_dir=client) as running_world:
        yield running_world


@pytest.mark.parametrize("path", EVERY_KIND)
async def test_every_answer_carries_the_policy(world: World, path: str) -> None:
    headers = (await world.http.get(path)).headers
    assert headers["content-security-policy"] == POLICY.format(host=world.origin.removeprefix("http://"))
    assert {name: headers[name] for name in FIXED} == FIXED
    assert "server" not in headers
    assert "x-powered-by" not in headers
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers
    assert "strict-transport-security" not in headers, "plain HTTP on loopback"


async def test_a_refused_host_gets_the_policy_too_without_its_name(world: World) -> None:
    headers = (await world.http.get("/", headers={"Host": "evil.example"})).headers
    assert "evil" not in str(headers)
    assert headers["content-security-policy"].startswith("default-src 'none'")


async def test_devices_are_for_call_pages_only(world: World) -> None:
    async def policy(path: str) -> dict[str, str]:
        return dict(item.split("=") for item in (await world.http.get(path)).headers["permissions-policy"].split(", "))

    call = await policy(CALL)
    for device in ("camera", "microphone", "display-capture"):
        assert call[device] == "(self)"
        for path in ("/", "/security", "/nothing", "/r/short"):
            assert (await policy(path))[device] == "()", (device, path)
    for closed in ("geolocation", "usb", "serial", "hid", "payment", "clipboard-read", "midi", "browsing-topics"):
        assert call[closed] == "()"


async def test_pages_and_api_are_never_cached_and_hashed_files_for_ever(world: World) -> None:
    async def caching(path: str) -> str:
        return str((await world.http.get(path)).headers["cache-control"])

    assert await caching("/assets/app-0123abcd.js") == IMMUTABLE
    assert {await caching(path) for path in EVERY_KIND if "assets" not in path} == {"no-store"}
    assert await caching("/assets/plain.css") == "no-store"
    assert await caching("/assets/gone-0123abcd.js") == "no-store"


async def test_pages_come_from_the_built_client_and_nothing_beside_it(world: World) -> None:
    assert "home.html" in (await world.http.get("/")).text
    assert "call.html" in (await world.http.get(CALL)).text
    assert "security.html" in (await world.http.get("/security")).text
    assert (await world.http.get("/assets/app-0123abcd.js")).headers["content-type"].startswith("text/javascript")
    for path in ("/home.html", "/.secret", "/assets/app-0123abcd.js.map", "/assets/", "/../data/incamera.db", "/%2e%2e/data/incamera.db"):
        assert (await world.http.get(path)).status_code == 404, path


async def test_without_a_built_client_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incamera.server.client_files.find_client", lambda _chosen: None)
    async with running(tmp_path) as bare:
        answer = await bare.http.get("/")
        assert "make build" in answer.json()["detail"]
        assert (await bare.http.get("/healthz")).status_code == 200
