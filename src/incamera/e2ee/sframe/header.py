"""The SFrame header, RFC 9605 §4.3.

 0 1 2 3 4 5 6 7
+-+-----+-+-----+---------------+---------------+
|X|  K  |Y|  C  | KID, if X = 1 | CTR, if Y = 1 |     K, C: the value, or its length - 1; big-endian, minimal
+-+-----+-+-----+---------------+---------------+
"""

from dataclasses import dataclass

from incamera.errors import RemoteError

HEADER_BYTES_MAX = 17
_U64_MAX = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Header:
    """`length`: bytes that the header takes."""

    kid: int
    ctr: int
    length: int


def emit_header(kid: int, ctr: int) -> bytes:
    """Raises: ValueError for numbers that 64 bits do not hold."""
    if not (0 <= kid <= _U64_MAX and 0 <= ctr <= _U64_MAX):
        raise ValueError("KID and CTR are 64-bit numbers")
    kid_bits, kid_tail = _emit_field(kid)
    ctr_bits, ctr_tail = _emit_field(ctr)
    return bytes([kid_bits << 4 | ctr_bits]) + kid_tail + ctr_tail


def parse_header(data: bytes) -> Header:
    """The header at the start of `data`. Trust: the network.

    Raises: RemoteError remote.malformed for short input and for encodings that are not minimal.
    """
    if not data:
        raise RemoteError("remote.malformed", "There is no SFrame header.")
    kid, at = _parse_field(data, data[0] >> 4, 1)
    ctr, at = _parse_field(data, data[0] & 0b1111, at)
    return Header(kid, ctr, at)


def _emit_field(value: int) -> tuple[int, bytes]:
    if value < 8:
        return value, b""
    tail = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return 0b1000 | (len(tail) - 1), tail


def _parse_field(data: bytes, bits: int, at: int) -> tuple[int, int]:
    if bits < 0b1000:
        return bits, at
    end = at + (bits & 0b111) + 1
    tail = data[at:end]
    value = int.from_bytes(tail, "big")
    is_minimal = value >= 8 and tail[0] != 0 if tail else False
    if len(data) < end or not is_minimal:
        raise RemoteError("remote.malformed", "The SFrame header is short or not minimal.")
    return value, end
