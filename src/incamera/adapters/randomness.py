"""Randomness from the operating system."""

import secrets


class SystemRandomness:
    """Bytes that nobody can guess."""

    def bytes(self, count: int) -> bytes:
        """`count` random bytes."""
        return secrets.token_bytes(count)
