"""A server's HTTP routes as commands use them (spec/7-server.md)."""

import ssl
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

import httpx2
import msgspec

from incamera.domain import b64u
from incamera.errors import CATALOGUE, DeniedError, IncameraError, IntegrityError, LocalError, RemoteError, UnavailableError
from incamera.protocol import bodies
from incamera.server.settings import is_loopback_name

ANSWER_BYTES_MAX = 1_048_576
_TREE = {"local": LocalError, "remote": RemoteError, "denied": DeniedError, "unavailable": UnavailableError, "integrity": IntegrityError}
_Answer = TypeVar("_Answer", bound=msgspec.Struct)


def parse_origin(url: str) -> str:
    """Scheme, host and port of a server. Plain HTTP only to this computer, since API keys travel with requests.

    Raises: LocalError local.settings, local.tls-required.
    """
    wrong = LocalError("local.settings", f"--server: {url!r} does not look like https://calls.example.org.")
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        raise wrong from None
    if not is_whole or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise wrong
    if parts.scheme == "http" and not is_loopback_name(parts.hostname or ""):
        raise LocalError("local.tls-required", "The server's address must begin with https://, unless it is on this computer.")
    return f"{parts.scheme}://{parts.netloc}"


class ServerApi:
    """Trust: the server; its answers are bounded and checked. `own_tls` and `host` are for a server in this very process."""

    def __init__(self, origin: str, api_key: str | None = None, *, own_tls: ssl.SSLContext | None = None, host: str | None = None) -> None:
        headers = {"host": host} if host else {}
        # A proxy of the environment must not see what is said to this computer.
        is_here = is_loopback_name(urlsplit(origin).hostname or "")
        self._client = httpx2.Client(base_url=origin, headers=headers, verify=own_tls or True, trust_env=not is_here, timeout=httpx2.Timeout(10.0))
        self._api_key = api_key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._client.close()

    def create_room(self, registration: bodies.CreateRoomRequest) -> bodies.CreateRoomAnswer:
        """`POST /api/rooms`."""
        return _decode(self._ask("POST", "/api/rooms", registration, self._api_key), bodies.CreateRoomAnswer)

    def list_rooms(self) -> list[bodies.RoomSummary]:
        """`GET /api/rooms`."""
        return _decode(self._ask("GET", "/api/rooms", None, self._api_key), bodies.RoomListAnswer).rooms

    def get_grant(self, room_id: bytes, request: bodies.GrantRequest) -> bodies.GrantAnswer:
        """`POST /api/rooms/{room_id}/grants`."""
        return _decode(self._ask("POST", f"/api/rooms/{b64u.encode(room_id)}/grants", request, None), bodies.GrantAnswer)

    def close_room(self, room_id: bytes, bearer: str | None = None) -> None:
        """`DELETE /api/rooms/{room_id}`, with a grant that moderates or with the API key."""
        self._ask("DELETE", f"/api/rooms/{b64u.encode(room_id)}", None, bearer or self._api_key)

    def _ask(self, method: str, path: str, body: msgspec.Struct | None, bearer: str | None) -> bytes:
        headers = {"accept": "application/json"} | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        content = msgspec.json.encode(body) if body is not None else None
        if content is not None:
            headers["content-type"] = "application/json"
        try:
            with self._client.stream(method, path, content=content, headers=headers) as response:
                answer = _read(response)
                status, is_good = response.status_code, response.is_success
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise UnavailableError("unavailable.server", f"{self._client.base_url} does not answer ({type(error).__name__}).") from None
        if not is_good:
            raise _refusal(status, answer)
        return answer


def _read(response: httpx2.Response) -> bytes:
    answer = bytearray()
    for piece in response.iter_bytes():
        answer += piece
        if len(answer) > ANSWER_BYTES_MAX:
            raise RemoteError("remote.too-large", "The server's answer is too large.")
    return bytes(answer)


def _decode(answer: bytes, kind: type[_Answer]) -> _Answer:
    try:
        return msgspec.json.decode(answer, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise RemoteError("remote.malformed", "The server's answer is not one of incamera.") from None


def _refusal(status: int, answer: bytes) -> IncameraError:
    try:
        problem = msgspec.json.decode(answer, type=bodies.Problem)
        known = CATALOGUE[problem.code]
    except (msgspec.DecodeError, UnicodeError, RecursionError, KeyError):
        return RemoteError("remote.malformed", f"The server answered {status} without saying why. Is it incamera?")
    return _TREE[known.blame](known.code, problem.detail if problem.detail != known.advice else "")
