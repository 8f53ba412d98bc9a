"""The HTTP routes, from the OpenAPI document that the server hands out."""

import json
from typing import Any

from scripts.reference.markdown import code, table

from incamera.server.openapi import document

_METHODS = ("get", "post", "put", "patch", "delete")


def block() -> str:
    """One table of all operations."""
    described: dict[str, Any] = json.loads(document())
    rows = [
        (
            code(f"{method.upper()} {path}"),
            operation["summary"],
            _schema(operation.get("requestBody")),
            _good(operation["responses"]),
            _who(operation),
        )
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method in _METHODS
    ]
    return table(("route", "does", "takes", "answers", "needs"), rows)


def _good(responses: dict[str, Any]) -> str:
    status = next(status for status in responses if status.startswith("2"))
    return " ".join(part for part in (status, _schema(responses[status])) if part)


def _schema(body: dict[str, Any] | None) -> str:
    schema = (body or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return code(schema.get("$ref", "").rpartition("/")[2])


def _who(operation: dict[str, Any]) -> str:
    kinds = [next(iter(one), "nothing on a private server") for one in operation["security"]]
    return " or ".join({"apiKey": "an API key", "grant": "a grant"}.get(kind, kind) for kind in kinds)
