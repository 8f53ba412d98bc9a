"""SFrame seal and open of one payload, RFC 9605 §4.4.3: aad = header ‖ metadata."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from incamera.e2ee.sframe.header import Header, emit_header
from incamera.e2ee.sframe.key_schedule import KidKeys, nonce_of
from incamera.errors import IntegrityError

TAG_BYTES = 16


def seal_payload(keys: KidKeys, kid: int, ctr: int, metadata: bytes, plaintext: bytes) -> bytes:
    """Header ‖ ciphertext ‖ tag. Never twice with the same (keys, ctr)."""
    header = emit_header(kid, ctr)
    return header + AESGCM(keys.key).encrypt(nonce_of(keys.salt, ctr), plaintext, header + metadata)


def open_payload(keys: KidKeys, header: Header, metadata: bytes, sealed: bytes) -> bytes:
    """The plaintext; `sealed` begins with the header as received, so that what is authenticated is what was parsed.

    Raises: IntegrityError integrity.unsealed-frame.
    """
    aad = sealed[: header.length] + metadata
    body = sealed[header.length :]
    if len(body) < TAG_BYTES:
        raise IntegrityError("integrity.unsealed-frame")
    try:
        return AESGCM(keys.key).decrypt(nonce_of(keys.salt, header.ctr), body, aad)
    except InvalidTag:
        raise IntegrityError("integrity.unsealed-frame") from None
