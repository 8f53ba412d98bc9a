"""What the description of the API says is what the server does, asked in ways that schemathesis makes up; no answer is a fault of ours."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from incamera.server.run import make_server
from incamera.server.settings import Settings

PATIENCE_S = 20


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    folder: Path = tmp_path_factory.mktemp("server")
    many = 100_000
    ready, origins = threading.Event(), []

    def tell(origin: str) -> None:
        origins.append(origin)
        ready.set()

    server = make_server(Settings(port=0, data_dir=folder, rooms_per_minute=many, grants_per_minute=many, log_level="error"), tell)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    assert ready.wait(PATIENCE_S)
    yield schemathesis.openapi.from_url(f"{origins[0]}/openapi.json")
    server.should_exit = True
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


OPERATIONS = [
    ("get", "/api/rooms"), ("post", "/api/rooms"), ("delete", "/api/rooms/{room_id}"), ("post", "/api/rooms/{room_id}/grants"),
    ("put", "/api/rooms/{room_id}/access"),
    ("get", "/api/turn-credentials"), ("get", "/healthz"), ("get", "/readyz"),
]  # fmt: skip


def test_every_described_operation_is_tried(api: schemathesis.BaseSchema) -> None:
    results = [result for result in api.get_all_operations() if isinstance(result, Ok)]
    described = {(result.ok().method, result.ok().path) for result in results}
    assert described == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_server_does_what_its_description_says(api: schemathesis.BaseSchema, method: str, path: str) -> None:
    @settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=api[path][method].as_strategy())
    def ask(case: schemathesis.Case[Any]) -> None:
        # Two rules are beyond a schema: an expiry must lie ahead of the clock, and 0.0 is not written for 0.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    ask()
