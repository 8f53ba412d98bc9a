"""Time-limited TURN credentials, as coturn's `use-auth-secret` checks them.

    username   = expiry ":" user                (expiry in seconds since 1970)
    credential = base64(HMAC-SHA1(secret, username))

Several secrets serve rotation: the first one issues, every one of them verifies.
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from incamera.control.limits import TURN_LIFETIME_S_MAX


@dataclass(frozen=True, slots=True)
class TurnCredential:
    """What a client shows to the relay; `credential` is a secret until it expires."""

    username: str
    credential: str
    ttl_s: int


def issue(secrets: Sequence[str], user: str, now: int, ttl_s: int) -> TurnCredential:
    """A credential for `user` that the relay takes until now + ttl_s.

    Raises: ValueError without a secret, for a lifetime outside 1 s … 24 h, and for a colon in `user`.
    """
    if not secrets or not 1 <= ttl_s <= TURN_LIFETIME_S_MAX or ":" in user:
        raise ValueError("a secret, a lifetime of 1 s to 24 h and a user without a colon are needed")
    username = f"{now + ttl_s}:{user}"
    return TurnCredential(username, _sign(secrets[0], username), ttl_s)


def verify(secrets: Sequence[str], username: str, credential: str, now: int) -> bool:
    """Whether one of the secrets signed `username` and it has not expired. Trust: both texts come from the network."""
    expiry, colon, _user = username.partition(":")
    if not colon or not expiry.isascii() or not expiry.isdigit() or len(expiry) > 12:
        return False
    signed = [hmac.compare_digest(_sign(secret, username).encode(), credential.encode()) for secret in secrets]
    return any(signed) and now < int(expiry)


def _sign(secret: str, username: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), username.encode(), "sha1")).decode("ascii")
