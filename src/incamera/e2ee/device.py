"""A device's two keys, and signatures with a label (spec/3-identity.md)."""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from incamera.e2ee.labels import domain

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """An Ed25519 signing key and an X25519 contact key. The private halves do not show themselves in a representation."""

    signing: Ed25519PrivateKey = field(repr=False)
    contact: X25519PrivateKey = field(repr=False)

    @classmethod
    def from_seeds(cls, signing_seed: bytes, contact_seed: bytes) -> "DeviceKeys":
        """From 32 random bytes each."""
        return cls(Ed25519PrivateKey.from_private_bytes(signing_seed), X25519PrivateKey.from_private_bytes(contact_seed))

    @property
    def public_key(self) -> bytes:
        """The device's identity."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def contact_public_key(self) -> bytes:
        """Bound to the device by the credential's signature."""
        return self.contact.public_key().public_bytes_raw()


def sign(key: Ed25519PrivateKey, label: str, message: bytes) -> bytes:
    """Ed25519 over "incamera/1 <label>" ‖ 0x00 ‖ message."""
    return key.sign(domain(label) + message)


def is_signed(public_key: bytes, label: str, message: bytes, signature: bytes) -> bool:
    """False also for a key that is not a point."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, domain(label) + message)
    except (InvalidSignature, ValueError):
        return False
    return True
