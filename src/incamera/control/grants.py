"""Grants: who shows `access` gets one; a grant opens one room for one participant."""

import hmac
from collections.abc import Collection, Iterable
from hashlib import sha256

from incamera.control.events import Event, EventName
from incamera.control.limits import GRANT_LIFETIME_S_MAX, GRANTS_PER_ROOM_AND_HOUR
from incamera.domain.grant import Grant, Scope
from incamera.domain.identifiers import AccessHash, GrantHash, ParticipantId, RoomId
from incamera.domain.room import Room
from incamera.errors import DeniedError, RemoteError

_NO_ROOM = AccessHash(bytes(32))


def show_access(room: Room | None, access: bytes, now: float) -> Room:
    """The room that `access` opens. A room that is not there and a wrong `access` take the same steps and get the same answer.

    Raises: DeniedError denied.room-or-key, or denied.room-gone for one who has the right key of an ended room.
    """
    expected = _NO_ROOM if room is None else room.access_hash
    opens = hmac.compare_digest(sha256(access).digest(), expected)
    if room is None or not opens:
        raise DeniedError("denied.room-or-key")
    if room.is_over(now):
        raise DeniedError("denied.room-gone")
    return room


def issue(
    room: Room, secret: bytes, participant_id: ParticipantId, *, moderates: bool, alive_this_hour: int, now: int
) -> tuple[Grant, tuple[Event, ...]]:
    """Makes a grant of `secret` (32 random bytes).

    Raises: RemoteError remote.too-fast when the room has 64 living grants of this hour.
    """
    if alive_this_hour >= GRANTS_PER_ROOM_AND_HOUR:
        raise RemoteError("remote.too-fast", "This room gave out all grants of this hour.")
    scopes = frozenset({Scope.PUBLISH, Scope.MODERATE}) if moderates else frozenset({Scope.PUBLISH})
    grant = Grant(hash_of(secret), room.room_id, participant_id, scopes, now, min(room.expires_at, now + GRANT_LIFETIME_S_MAX))
    return grant, (Event(EventName.GRANT_ISSUED, now, room.room_id, participant_id, " ".join(sorted(scopes))),)


def hash_of(secret: bytes) -> GrantHash:
    """What the server keeps of a grant."""
    return GrantHash(sha256(secret).digest())


def check(grant: Grant | None, room_id: RoomId, now: float) -> Grant:
    """The grant, if it lives and is this room's.

    Raises: DeniedError denied.grant, the same for every reason.
    """
    if grant is None or grant.room_id != room_id or now >= grant.expires_at:
        raise DeniedError("denied.grant")
    return grant


def require(grant: Grant, scope: Scope) -> None:
    """Raises: DeniedError denied.scope."""
    if scope not in grant.scopes:
        raise DeniedError("denied.scope")


def outlived(grants: Iterable[Grant], caller: Grant, keep: Collection[ParticipantId]) -> list[Grant]:
    """Those of a room's grants that end when its link is replaced: everybody's but the caller's and of those who are kept."""
    return [grant for grant in grants if grant.participant_id != caller.participant_id and grant.participant_id not in keep]
