"""KID = context << 11 | leaf_index << 4 | epoch mod 16 (spec/9-media.md)."""

from dataclasses import dataclass
from enum import IntEnum

CONTEXT_MAX = 15
LEAF_INDEX_MAX = 127
EPOCHS = 16


class Context(IntEnum):
    """Which stream of a member; 4 … 15 are spare."""

    MICROPHONE = 0
    CAMERA = 1
    SCREEN = 2
    SCREEN_AUDIO = 3


@dataclass(frozen=True, slots=True)
class KidParts:
    """What a KID says. Believed only when the frame authenticates."""

    context: int
    leaf_index: int
    epoch_bits: int


def make_kid(context: int, leaf_index: int, epoch: int) -> int:
    """Raises: ValueError for a context over 15 or a leaf over 127."""
    if not (0 <= context <= CONTEXT_MAX and 0 <= leaf_index <= LEAF_INDEX_MAX and epoch >= 0):
        raise ValueError("a KID has 4 bits of context and 7 of leaf index")
    return context << 11 | leaf_index << 4 | epoch % EPOCHS


def split_kid(kid: int) -> KidParts | None:
    """None for a number that no KID of this version can be."""
    if not 0 <= kid < (CONTEXT_MAX + 1) << 11:
        return None
    return KidParts(kid >> 11, kid >> 4 & LEAF_INDEX_MAX, kid & (EPOCHS - 1))
