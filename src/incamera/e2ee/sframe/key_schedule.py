"""Keys of one KID, RFC 9605 §4.4.2, suite 5 (AES_256_GCM_SHA512_128), and the base key of an epoch (spec/9-media.md)."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE = 5
KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class KidKeys:
    """Neither shows itself in a representation."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)


def derive_base_key(exporter_secret: bytes, psk: bytes) -> bytes:
    """From MLS-Exporter("SFrame 1.0 Base Key", "", 32) and key("psk"): who lacks S has no media key, even with the group's secrets."""
    return HKDF(SHA256(), 32, psk, b"incamera/1 media").derive(exporter_secret)


def derive_kid_keys(base_key: bytes, kid: int) -> KidKeys:
    """HKDF-Extract with an empty salt is the RFC's sframe_secret."""
    end = kid.to_bytes(8, "big") + SUITE.to_bytes(2, "big")
    key = HKDF(SHA512(), KEY_BYTES, None, b"SFrame 1.0 Secret key " + end).derive(base_key)
    salt = HKDF(SHA512(), NONCE_BYTES, None, b"SFrame 1.0 Secret salt " + end).derive(base_key)
    return KidKeys(key, salt)


def nonce_of(salt: bytes, ctr: int) -> bytes:
    """Salt XOR CTR."""
    return (int.from_bytes(salt, "big") ^ ctr).to_bytes(NONCE_BYTES, "big")
