"""The OpenAPI 3.1 document, made from the msgspec types."""

from functools import cache

import msgspec


@cache
def document() -> bytes:
    """As JSON."""
    return msgspec.json.encode({})
