"""Which WebSocket close code goes with which error (spec/7-server.md)."""

from incamera.errors import IncameraError

NORMAL = 1000
RESTARTING = 1012
INTERNAL = 1011

_CODES = {
    "remote.malformed": 4400,
    "remote.version": 4400,
    "remote.first-message": 4400,
    "denied.grant": 4401,
    "denied.origin": 4403,
    "denied.scope": 4403,
    "denied.room-full": 4403,
    "denied.link-replaced": 4403,
    "denied.superseded": 4409,
    "denied.room-gone": 4410,
    "remote.too-large": 4413,
    "remote.too-fast": 4429,
    "unavailable.internal": INTERNAL,
}
TOO_SLOW_TO_JOIN = 4408


def close_code(error: IncameraError) -> int:
    """Whatever may pass by itself is a restart to the client: it comes back."""
    return _CODES.get(error.code, RESTARTING)
