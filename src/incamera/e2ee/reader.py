"""Fields of bytes that somebody else sent (spec/README.md, conventions): big-endian, every length checked before it is used."""


class ShortError(ValueError):
    """Fewer bytes than announced, bytes left over, or a length over its bound. Parsers turn it into an error of the tree."""


class Reader:
    """Trust: none. Bounds: never reads past the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._at

    def take(self, length: int) -> bytes:
        """Raises: ShortError."""
        if length > len(self._data) - self._at:
            raise ShortError("fewer bytes than announced")
        taken = self._data[self._at : self._at + length]
        self._at += length
        return taken

    def unsigned(self, length: int) -> int:
        """A number of `length` bytes."""
        return int.from_bytes(self.take(length), "big")

    def opaque(self, length_bytes: int, most: int) -> bytes:
        """opaque8, opaque16 or opaque32, of at most `most` bytes."""
        length = self.unsigned(length_bytes)
        if length > most:
            raise ShortError("a length over its bound")
        return self.take(length)

    def end(self) -> None:
        """Raises: ShortError when bytes are left over."""
        if self._at != len(self._data):
            raise ShortError("bytes left over")


def opaque(length_bytes: int, data: bytes) -> bytes:
    """`data` behind its length.

    Raises: OverflowError when the length does not fit.
    """
    return len(data).to_bytes(length_bytes, "big") + data
