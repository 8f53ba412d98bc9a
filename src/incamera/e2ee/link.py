"""The two links (spec/1-invite.md).

participant   {origin}/r/{b64u(room_id)}#v1.{b64u(S)}.{b64u(SHA-256(host_public_key))}
host          {origin}/r/{b64u(room_id)}#v1.{b64u(S)}.{b64u(SHA-256(host_public_key))}.{b64u(host_seed)}
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from incamera.domain import b64u
from incamera.e2ee.labels import ROOM_ID_BYTES, SECRET_BYTES
from incamera.errors import LocalError

LINK_CHARACTERS_MAX = 2_048
_VERSION = "v1"
_OTHER_VERSION = re.compile(r"v[0-9]{1,9}")
_PATH = re.compile(r"/r/([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Invite:
    """What a link holds. S and the host's seed do not show themselves in a representation."""

    origin: str
    room_id: bytes
    secret: bytes = field(repr=False)
    host_key_hash: bytes
    host_seed: bytes | None = field(default=None, repr=False)


def parse_link(link: str) -> Invite:
    """Trust: whoever gave the link.

    Raises: LocalError local.link-malformed, local.link-version.
    """
    if len(link) > LINK_CHARACTERS_MAX:
        raise LocalError("local.link-malformed")
    # urlsplit drops tabs and newlines and forgives more; a link has neither.
    if not link.isascii() or not link.isprintable() or " " in link:
        raise LocalError("local.link-malformed")
    try:
        parts = urlsplit(link)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and parts.username is None and parts.port != 0
    except ValueError:
        raise LocalError("local.link-malformed") from None
    path = _PATH.fullmatch(parts.path)
    if not is_whole or path is None:
        raise LocalError("local.link-malformed")
    secret, host_key_hash, host_seed = _parse_fragment(parts.fragment)
    return Invite(f"{parts.scheme}://{parts.netloc}", _decode(path[1], ROOM_ID_BYTES), secret, host_key_hash, host_seed)


def emit_link(invite: Invite, *, for_host: bool = False) -> str:
    """The participant's link, or the host's.

    Raises: ValueError for a host's link without the host's seed.
    """
    fields = [invite.secret, invite.host_key_hash]
    if for_host:
        if invite.host_seed is None:
            raise ValueError("this invite has no host seed")
        fields.append(invite.host_seed)
    return f"{invite.origin}/r/{b64u.encode(invite.room_id)}#{'.'.join([_VERSION, *map(b64u.encode, fields)])}"


def _parse_fragment(fragment: str) -> tuple[bytes, bytes, bytes | None]:
    version, *fields = fragment.split(".")
    if version != _VERSION:
        raise LocalError("local.link-version" if _OTHER_VERSION.fullmatch(version) else "local.link-malformed")
    if len(fields) not in (2, 3):
        raise LocalError("local.link-malformed")
    secret, host_key_hash, *seed = (_decode(text, SECRET_BYTES) for text in fields)
    return secret, host_key_hash, seed[0] if seed else None


def _decode(text: str, length: int) -> bytes:
    try:
        data = b64u.decode(text)
    except ValueError:
        raise LocalError("local.link-malformed") from None
    if len(data) != length:
        raise LocalError("local.link-malformed")
    return data
