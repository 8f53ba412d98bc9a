"""What may be a display name (spec/3-identity.md). A name is a claim; the key is the identity."""

import unicodedata

CODE_POINTS_MAX = 64
NAME_BYTES_MAX = 128
_TYPED_MAX = 1_024
# Controls, format characters (bidirectional overrides, invisible joiners), surrogates, private use, line and paragraph separators.
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def normalise_name(typed: str) -> str | None:
    """As it is shown: NFKC, single spaces, none at the ends. None when nothing is left or it breaks the rules."""
    normal = " ".join(unicodedata.normalize("NFKC", typed[:_TYPED_MAX]).split())
    return normal if is_name(normal) else None


def is_name(name: str) -> bool:
    """Whether a name that came from elsewhere is already in that form. Trust: anybody."""
    if not 1 <= len(name) <= CODE_POINTS_MAX or any(unicodedata.category(character) in _FORBIDDEN for character in name):
        return False
    return len(name.encode()) <= NAME_BYTES_MAX and unicodedata.is_normalized("NFKC", name) and name.strip() == name
