"""API keys: `ick_` and 43 characters; the server keeps a SHA-256."""

from dataclasses import dataclass
from hashlib import sha256

from incamera.control.events import Event, EventName
from incamera.control.limits import API_KEYS_MAX
from incamera.domain import b64u
from incamera.domain.identifiers import ApiKeyHash
from incamera.errors import LocalError

PREFIX = "ick_"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`name` is the operator's word for it."""

    key_hash: ApiKeyHash
    name: str
    created_at: int


def make(name: str, secret: bytes, existing: int, now: int) -> tuple[ApiKey, str, tuple[Event, ...]]:
    """A key of 32 random bytes and the text that is shown once.

    Raises: LocalError local.settings for a name that is empty, long or not printable, and beyond 256 keys.
    """
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise LocalError("local.settings", "A key's name has 1 to 64 printable characters.")
    if existing >= API_KEYS_MAX:
        raise LocalError("local.settings", f"There are {API_KEYS_MAX} keys already: revoke some.")
    text = PREFIX + b64u.encode(secret)
    return ApiKey(hash_of(text), name, now), text, (Event(EventName.KEY_CREATED, now),)


def hash_of(text: str) -> ApiKeyHash:
    """What is kept and looked up. Trust: any text."""
    return ApiKeyHash(sha256(text.encode("utf-8", "surrogatepass")).digest())
