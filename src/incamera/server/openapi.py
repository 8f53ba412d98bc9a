"""The OpenAPI 3.1 document of the HTTP routes, made from the message types."""

from functools import cache
from typing import Any

import msgspec

from incamera import __version__
from incamera.protocol import bodies

_REF = "#/components/schemas/{name}"
_ROOM_ID = {"name": "room_id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{21}[AQgw]$"}}


@cache
def document() -> bytes:
    """As JSON."""
    _, schemas = msgspec.json.schema_components((*bodies.REQUESTS, *bodies.ANSWERS), ref_template=_REF)
    described = {
        "openapi": "3.1.0",
        "info": {"title": "incamera", "version": __version__, "description": "The server introduces people and carries what it cannot read."},
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "grant": {"type": "http", "scheme": "bearer", "description": "b64u of 32 bytes, for one participant in one room"},
                "apiKey": {"type": "http", "scheme": "bearer", "bearerFormat": "ick_…"},
            },
        },
    }
    return msgspec.json.encode(described)


def _paths() -> dict[str, Any]:
    create = _operation("createRoom", "Make a room", 201, bodies.CreateRoomAnswer, [{"apiKey": []}, {}], bodies.CreateRoomRequest)
    grant = _operation("createGrant", "Show access and get a grant", 201, bodies.GrantAnswer, [], bodies.GrantRequest)
    turn = _operation("getTurnCredentials", "TURN credentials while the socket is joined", 200, bodies.TurnCredentialsAnswer, [{"grant": []}])
    return {
        "/api/rooms": {"get": _operation("listRooms", "List rooms", 200, bodies.RoomListAnswer, [{"apiKey": []}, {}]), "post": create},
        "/api/rooms/{room_id}": {
            "parameters": [_ROOM_ID],
            "delete": _operation("closeRoom", "Close a room", 204, None, [{"grant": []}, {"apiKey": []}]),
        },
        "/api/rooms/{room_id}/access": {
            "parameters": [_ROOM_ID],
            "put": _operation("replaceAccess", "Replace the room's link", 204, None, [{"grant": []}], bodies.ReplaceAccessRequest),
        },
        "/api/rooms/{room_id}/grants": {"parameters": [_ROOM_ID], "post": grant},
        "/api/turn-credentials": {"get": turn},
        "/healthz": {"get": _operation("getHealth", "The process answers", 200, None, [])},
        "/readyz": {"get": _operation("getReadiness", "The store answers", 200, None, [])},
    }


def _operation(
    name: str, summary: str, status: int, answer: type | None, security: list[dict[str, Any]], request: type | None = None
) -> dict[str, Any]:
    good: dict[str, Any] = {"description": summary}
    if answer is not None:
        good["content"] = {"application/json": {"schema": {"$ref": _REF.format(name=answer.__name__)}}}
    elif status == 200:
        good["content"] = {"application/json": {"schema": {"type": "object"}}}
    refused = {"description": "Refused", "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}}}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "security": security,
        "responses": {str(status): good, "4XX": refused, "5XX": refused},
    }
    if request is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"$ref": _REF.format(name=request.__name__)}}}}
    return operation
