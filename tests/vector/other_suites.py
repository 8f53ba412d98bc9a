"""The suites of RFC 9605 that incamera does not use, as far as the working group's vectors need them. They exist here, never in the product."""

import hmac
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Suite(Protocol):
    """An AEAD as RFC 9605 §4.5 wants it."""

    @property
    def key_bytes(self) -> int: ...
    @property
    def hash(self) -> HashAlgorithm: ...
    def seal(self, key: bytes, nonce: bytes, aad: bytes, plaintext: bytes) -> bytes: ...
    def open(self, key: bytes, nonce: bytes, aad: bytes, sealed: bytes) -> bytes: ...


@dataclass(frozen=True)
class Gcm:
    """AES-GCM, suites 4 and 5."""

    key_bytes: int
    hash: HashAlgorithm

    def seal(self, key: bytes, nonce: bytes, aad: bytes, plaintext: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, plaintext, aad)

    def open(self, key: bytes, nonce: bytes, aad: bytes, sealed: bytes) -> bytes:
        return AESGCM(key).decrypt(nonce, sealed, aad)


@dataclass(frozen=True)
class CtrHmac:
    """AES-128-CTR with HMAC-SHA-256 (§4.5.1), suites 1, 2 and 3 by the length of the tag."""

    tag_bytes: int
    key_bytes: int = 48
    hash: HashAlgorithm = field(default_factory=SHA256)

    def seal(self, key: bytes, nonce: bytes, aad: bytes, plaintext: bytes) -> bytes:
        encrypted = self._ctr(key, nonce, plaintext)
        return encrypted + self._tag(key, nonce, aad, encrypted)

    def open(self, key: bytes, nonce: bytes, aad: bytes, sealed: bytes) -> bytes:
        encrypted, tag = sealed[: -self.tag_bytes], sealed[-self.tag_bytes :]
        if not hmac.compare_digest(tag, self._tag(key, nonce, aad, encrypted)):
            raise InvalidTag
        return self._ctr(key, nonce, encrypted)

    def _ctr(self, key: bytes, nonce: bytes, data: bytes) -> bytes:
        return Cipher(AES(key[:16]), CTR(nonce + bytes(4))).encryptor().update(data)

    def _tag(self, key: bytes, nonce: bytes, aad: bytes, encrypted: bytes) -> bytes:
        lengths = b"".join(number.to_bytes(8, "big") for number in (len(aad), len(encrypted), self.tag_bytes))
        return hmac.digest(key[16:], lengths + nonce + aad + encrypted, "sha256")[: self.tag_bytes]


SUITES: dict[int, Suite] = {1: CtrHmac(10), 2: CtrHmac(8), 3: CtrHmac(4), 4: Gcm(16, SHA256()), 5: Gcm(32, SHA512())}


def derive(suite: int, base_key: bytes, kid: int) -> tuple[bytes, bytes]:
    """Key and salt (§4.4.2)."""
    end = kid.to_bytes(8, "big") + suite.to_bytes(2, "big")
    chosen = SUITES[suite]
    return (
        HKDF(chosen.hash, chosen.key_bytes, None, b"SFrame 1.0 Secret key " + end).derive(base_key),
        HKDF(chosen.hash, 12, None, b"SFrame 1.0 Secret salt " + end).derive(base_key),
    )
