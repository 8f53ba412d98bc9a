"""Who is calling over HTTP: a browser on this computer, the holder of a grant, or of an API key."""

from starlette.requests import Request

from incamera.control.api_keys import PREFIX
from incamera.control.api_keys import hash_of as key_hash_of
from incamera.control.grants import check, hash_of
from incamera.domain import b64u
from incamera.domain.grant import Grant
from incamera.domain.identifiers import RoomId
from incamera.errors import DeniedError, RemoteError
from incamera.server.parts import Parts

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via")


def bearer(request: Request) -> str:
    """What Authorization holds, or nothing. Bounds: 256 characters."""
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" and len(text) <= 256 else ""


async def has_api_key(parts: Parts, request: Request) -> bool:
    """Whether a good API key is shown."""
    text = bearer(request)
    if not text.startswith(PREFIX):
        return False
    async with parts.store.read() as reading:
        return await reading.has_api_key(key_hash_of(text))


def is_at_this_computer(parts: Parts, request: Request) -> bool:
    """Whether the server is private to this computer and no proxy brought the request from elsewhere."""
    return parts.settings.is_private and not any(name in request.headers for name in _FORWARDED)


async def require_grant(parts: Parts, request: Request, room_id: RoomId | None = None) -> Grant:
    """The living grant that is shown.

    Raises: DeniedError denied.grant.
    """
    try:
        secret = b64u.decode(bearer(request))
    except ValueError:
        raise DeniedError("denied.grant") from None
    async with parts.store.read() as reading:
        grant = await reading.grant(hash_of(secret))
    if grant is None:
        raise DeniedError("denied.grant")
    return check(grant, room_id or grant.room_id, parts.clock.now())


def spend(parts: Parts, request: Request, purpose: str, per_minute: int) -> None:
    """Raises: RemoteError remote.too-fast."""
    peer = request.client.host if request.client else ""
    parts.visitors.spend(purpose, per_minute, parts.visitors.address(peer, request.headers))


def room_id_of(request: Request) -> RoomId:
    """The room in the path.

    Raises: RemoteError remote.malformed.
    """
    try:
        room_id = b64u.decode(request.path_params["room_id"])
    except ValueError:
        room_id = b""
    if len(room_id) != 16:
        raise RemoteError("remote.malformed", "A room id is b64u of 16 bytes.")
    return RoomId(room_id)
