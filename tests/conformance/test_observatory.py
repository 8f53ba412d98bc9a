"""What Mozilla's HTTP Observatory asks of a site, asked of the built pages over TLS. Rules: developer.mozilla.org/en-US/observatory/docs/tests_and_scoring.

Each rule returns what the Observatory would take points for; an empty list is its best result. Two of its results depend on more than an answer: that
plain HTTP leads to HTTPS (there is no plain HTTP: `local.tls-required`), and that the name is on browsers' preload list (the operator's to decide).
"""

import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import httpx2
import pytest
import trustme

from tests.architecture import checkout
from tests.integration.world import World, b64u

CALL = f"/r/{b64u(bytes(16))}"
PAGES = ("/", CALL, "/r/short", "/security")
OTHERS = ("/healthz", "/openapi.json", "/nothing", "/api/rooms", "/api/turn-credentials")
BROAD = frozenset({"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"})
SIX_MONTHS_S = 15_768_000
Policy = Mapping[str, frozenset[str]]


def policy_of(headers: httpx2.Headers) -> Policy:
    """Raises: ValueError for a directive that comes twice, or two headers."""
    values = headers.get_list("content-security-policy")
    directives = [words.split() for value in values for words in value.split(";")]
    if len(values) != 1 or len({words[0] for words in directives}) != len(directives) or "," in values[0]:
        raise ValueError("not one policy with each directive once")
    return {name: frozenset(sources) for name, *sources in directives}


def sources(policy: Policy, name: str) -> frozenset[str]:
    if name in ("base-uri", "form-action", "frame-ancestors"):
        return policy.get(name, frozenset({"*"}))
    return policy.get(name, policy.get("default-src", frozenset({"*"})))


def content_security_policy(answer: httpx2.Response) -> list[str]:
    policy = policy_of(answer.headers)
    found = [] if policy.get("default-src") == frozenset({"'none'"}) else ["default-src is more than 'none'"]
    for name in ("script-src", "style-src", "object-src"):
        found += [f"{name}: {one}" for one in sources(policy, name) if one in BROAD | {"'unsafe-inline'", "'unsafe-eval'", "data:"}]
    found += [f"{name}: {one}" for name, ones in policy.items() for one in ones if one.startswith(("http:", "ftp:", "ws:"))]
    for name in ("base-uri", "form-action", "frame-ancestors"):
        found += [f"{name}: {one}" for one in sources(policy, name) if one in BROAD | {"'unsafe-inline'", "data:"}]
    return found


def cookies(answer: httpx2.Response) -> list[str]:
    return answer.headers.get_list("set-cookie")


def cross_origin_resource_sharing(answer: httpx2.Response) -> list[str]:
    return [name for name in answer.headers if name.startswith("access-control-")]


def strict_transport_security(answer: httpx2.Response) -> list[str]:
    value = answer.headers.get("strict-transport-security", "")
    age = re.search(r"max-age=(\d+)", value)
    return [] if age and int(age[1]) >= SIX_MONTHS_S else [value or "none"]


def subresource_integrity(answer: httpx2.Response) -> list[str]:
    tags = re.findall(r"<script\b[^>]*>", answer.text) if answer.headers["content-type"].startswith("text/html") else []
    return [tag for tag in tags if not re.search(r'\bintegrity="sha384-[A-Za-z0-9+/]{64}"', tag) or not re.search(r'\bsrc="/[^/]', tag)]


def fixed(name: str, *good: str) -> Callable[[httpx2.Response], list[str]]:
    return lambda answer: (
        [] if answer.headers.get_list(name) and set(answer.headers.get_list(name)) <= set(good) else [str(answer.headers.get_list(name))]
    )


RULES: dict[str, Callable[[httpx2.Response], list[str]]] = {
    "content-security-policy": content_security_policy,
    "cookies": cookies,
    "cross-origin-resource-sharing": cross_origin_resource_sharing,
    "strict-transport-security": strict_transport_security,
    "subresource-integrity": subresource_integrity,
    "referrer-policy": fixed("referrer-policy", "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"),
    "x-content-type-options": fixed("x-content-type-options", "nosniff"),
    "x-frame-options": fixed("x-frame-options", "DENY", "SAMEORIGIN"),
    "cross-origin-resource-policy": fixed("cross-origin-resource-policy", "same-origin", "same-site"),
    "cross-origin-opener-policy": fixed("cross-origin-opener-policy", "same-origin"),
    "cross-origin-embedder-policy": fixed("cross-origin-embedder-policy", "require-corp", "credentialless"),
}
BAD = {
    "content-security-policy": "default-src 'self'; script-src 'self' https: 'unsafe-inline'; img-src http:",
    "set-cookie": "id=1",
    "access-control-allow-origin": "*",
    "strict-transport-security": "max-age=60",
    "referrer-policy": "unsafe-url",
    "x-content-type-options": "sniff",
    "x-frame-options": "ALLOWALL",
    "content-type": "text/html",
}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    (tmp_path / "key.pem").write_bytes(made.private_key_pem.bytes())
    (tmp_path / "cert.pem").write_bytes(made.cert_chain_pems[0].bytes())
    client = checkout.ROOT / "web" / "dist"
    world = World(tmp_path / "data", tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem", client_dir=client)
    await world.start()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    async with httpx2.AsyncClient(base_url=world.origin, verify=trust) as http:
        yield http
    await world.stop()


@pytest.mark.parametrize("rule", RULES)
async def test_the_observatory_finds_nothing(site: httpx2.AsyncClient, rule: str) -> None:
    for path in (*PAGES, *OTHERS):
        answer = await site.get(path, headers={"Origin": "https://evil.example"} if rule == "cross-origin-resource-sharing" else {})
        assert RULES[rule](answer) == [], path
        assert (path in PAGES) == answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_what_it_is_there_for(rule: str) -> None:
    answer = httpx2.Response(200, headers=BAD, text='<script src="https://cdn.example/x.js"></script>')
    assert RULES[rule](answer)


async def test_every_file_that_a_page_names_is_there_and_of_its_kind(site: httpx2.AsyncClient) -> None:
    for page in PAGES:
        named = re.findall(r'(?:src|href)="(/assets/[^"]+)"', (await site.get(page)).text)
        assert named
        for path in named:
            answer = await site.get(path)
            kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[path.rpartition(".")[2]]
            assert answer.headers["content-type"].partition(";")[0] == kind
            assert "immutable" in answer.headers["cache-control"]
            assert content_security_policy(answer) == []
