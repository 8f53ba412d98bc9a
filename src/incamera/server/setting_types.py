"""How one setting is declared, and read from text, TOML or a flag."""

from dataclasses import Field, field
from pathlib import Path
from typing import Any


class Secret(str):
    """Text that does not show itself in a representation."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


def setting(default: Any, help_text: str, low: int | None = None, high: int | None = None, among: tuple[str, ...] = ()) -> Any:
    """A dataclass field with its help, range or choices."""
    return field(default=default, metadata={"help": help_text, "low": low, "high": high, "among": among})


def read(declared: "Field[Any]", value: Any) -> Any:
    """The value in its type; lists may be written with commas.

    Raises: ValueError saying what is wrong.
    """
    kind = str(declared.type)
    if "tuple" in kind:
        return _read_list(kind, value)
    if kind == "<class 'int'>" or kind == "int":
        return _read_number(declared, value)
    if not isinstance(value, (str, Path)):
        raise ValueError("text is needed")
    if "Path" in kind:
        return Path(value).expanduser() if str(value) else None
    text = str(value)
    among = declared.metadata["among"]
    if among and text not in among:
        raise ValueError(f"{text!r} is none of {', '.join(among)}")
    return text


def _read_list(kind: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [item.strip() for item in value.split(",") if item.strip()]
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of texts is needed")
    return tuple(Secret(item) if "Secret" in kind else item for item in value)


def _read_number(declared: "Field[Any]", value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("a whole number is needed")
    try:
        number = int(value)
    except ValueError:
        raise ValueError("a whole number is needed") from None
    low, high = declared.metadata["low"], declared.metadata["high"]
    if not low <= number <= high:
        raise ValueError(f"it must lie between {low} and {high}")
    return number
