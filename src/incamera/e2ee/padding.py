"""Payload plaintext (spec/6-payloads.md): u32 length ‖ json ‖ zeros up to a multiple of 256, so that sizes tell little."""

from incamera.e2ee.reader import Reader, opaque
from incamera.errors import RemoteError

PAYLOAD_BYTES_MAX = 49_152
BUCKET_BYTES = 256


def pad(payload_json: bytes) -> bytes:
    """Raises: ValueError when it would be longer than 49,152 bytes."""
    plain = opaque(4, payload_json)
    padded = plain + bytes(-len(plain) % BUCKET_BYTES)
    if len(padded) > PAYLOAD_BYTES_MAX:
        raise ValueError("a payload has at most 49,152 bytes")
    return padded


def unpad(padded: bytes) -> bytes:
    """The JSON. Trust: an authenticated member.

    Raises: RemoteError remote.malformed unless length, bucket and every padding byte are as they must be; remote.too-large.
    """
    if len(padded) > PAYLOAD_BYTES_MAX:
        raise RemoteError("remote.too-large")
    if not padded or len(padded) % BUCKET_BYTES:
        raise RemoteError("remote.malformed", "A payload fills whole buckets.")
    try:
        reader = Reader(padded)
        payload_json = reader.opaque(4, PAYLOAD_BYTES_MAX)
        payload_json.decode("utf-8")
    except ValueError:
        raise RemoteError("remote.malformed", "A payload is a length and UTF-8 text.") from None
    rest = padded[reader.position :]
    if len(rest) >= BUCKET_BYTES or rest.count(0) != len(rest):
        raise RemoteError("remote.malformed", "Padding is the least and all zeros.")
    return payload_json
