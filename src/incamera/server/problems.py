"""RFC 9457 problem+json for everything that goes wrong over HTTP."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from incamera.errors import IncameraError, RemoteError, UnavailableError
from incamera.protocol.bodies import Problem
from incamera.protocol.codec import emit_body

_BY_STATUS = {404: "remote.not-found", 405: "remote.method", 413: "remote.too-large"}


def problem(error: IncameraError, headers: dict[str, str] | None = None) -> Response:
    """The answer for an error."""
    status = error.status or 500
    extra = dict(headers or {})
    if status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        extra["Retry-After"] = "5"
    body = Problem("about:blank", error.title, status, error.detail or error.advice, error.code)
    return Response(emit_body(body), status, extra, "application/problem+json")


async def on_incamera_error(_request: Request, error: Exception) -> Response:
    """One of our own."""
    if not isinstance(error, IncameraError):
        raise error
    return problem(error)


async def on_http_exception(_request: Request, error: Exception) -> Response:
    """One of the framework's: no route, wrong method."""
    if not isinstance(error, HTTPException):
        raise error
    known = _BY_STATUS.get(error.status_code)
    if known is None:
        known = "remote.malformed" if error.status_code < 500 else "unavailable.internal"
    kind = UnavailableError if known.startswith("unavailable") else RemoteError
    return problem(kind(known), dict(error.headers or {}))


HANDLERS = {IncameraError: on_incamera_error, HTTPException: on_http_exception}
