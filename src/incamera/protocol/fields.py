"""The bounded field types that messages are made of.

Bounds: every text, list and number below has one. Patterns end in `$(?!\\n)`, because Python's `$` alone lets a newline through; JavaScript
reads them the same way. The last character of a fixed b64u field is one whose unused bits are zero.
"""

from typing import Annotated

from msgspec import Meta

SAFE_INTEGER_MAX = 2**53 - 1
"""The largest number that both languages hold exactly."""

BODY_CHARACTERS_MAX = 87_384
RELAY_CHARACTERS_MAX = 8_192
SDP_CHARACTERS_MAX = 24_576
SFU_SDP_CHARACTERS_MAX = 98_304
"""A leg to the SFU has a line for each stream that it may receive."""
SFU_SLOTS_MAX = 46
"""16 of sound and 30 of picture (spec/11-sfu.md)."""
PROTOCOL_VERSION = 1

_TEXT = "[A-Za-z0-9_-]"

Bytes16 = Annotated[str, Meta(min_length=22, max_length=22, pattern=rf"^{_TEXT}{{21}}[AQgw]$(?!\n)", description="b64u of 16 bytes")]
Bytes32 = Annotated[str, Meta(min_length=43, max_length=43, pattern=rf"^{_TEXT}{{42}}[AEIMQUYcgkosw048]$(?!\n)", description="b64u of 32 bytes")]
Bytes64 = Annotated[str, Meta(min_length=86, max_length=86, pattern=rf"^{_TEXT}{{85}}[AQgw]$(?!\n)", description="b64u of 64 bytes")]
SealedBody = Annotated[str, Meta(min_length=1, max_length=BODY_CHARACTERS_MAX, pattern=rf"^{_TEXT}+$(?!\n)", description="b64u of an envelope")]
SealedRelay = Annotated[str, Meta(min_length=1, max_length=RELAY_CHARACTERS_MAX, pattern=rf"^{_TEXT}+$(?!\n)", description="b64u of an envelope")]
SealedPolicy = Annotated[str, Meta(min_length=1, max_length=4_096, pattern=rf"^{_TEXT}+$(?!\n)", description="b64u of the enveloped SignedPolicy")]

Count = Annotated[int, Meta(ge=0, le=SAFE_INTEGER_MAX)]
Seconds = Annotated[int, Meta(ge=0, le=SAFE_INTEGER_MAX, description="seconds since 1970, UTC")]
Milliseconds = Annotated[int, Meta(ge=0, le=SAFE_INTEGER_MAX, description="milliseconds since 1970, UTC")]
Capacity = Annotated[int, Meta(ge=2, le=100)]
Version = Annotated[int, Meta(ge=0, le=65_535)]

Word = Annotated[
    str, Meta(min_length=1, max_length=32, pattern=r"^[a-z0-9_]+$(?!\n)", description="a lower-case name that may be unknown to the reader")
]
Code = Annotated[str, Meta(min_length=3, max_length=64, pattern=r"^[a-z]+\.[a-z-]+$(?!\n)", description="a code of errors.json")]
Mid = Annotated[str, Meta(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9_-]+$(?!\n)", description="an m-line's name in its description")]
Context = Annotated[int, Meta(ge=0, le=15, description="which of a member's streams (spec/9-media.md)")]
Detail = Annotated[str, Meta(max_length=500)]
Url = Annotated[str, Meta(min_length=1, max_length=512)]
