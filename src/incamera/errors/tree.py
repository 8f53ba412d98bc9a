"""The tree of errors, drawn by blame.

IncameraError
├── LocalError        this program or its person must change something      local.*
├── RemoteError       the other side sent what it must not                  remote.*
├── DeniedError       a rule says no                                        denied.*
├── UnavailableError  try later                                             unavailable.*
└── IntegrityError    somebody interferes: stop, never try to repair        integrity.*
"""

from typing import ClassVar

from incamera.errors.catalogue import CATALOGUE, Blame


class IncameraError(Exception):
    """An error with a stable code of spec/errors.json; `detail` says what is particular and never holds a secret, a name or an address."""

    blame: ClassVar[Blame]

    def __init__(self, code: str, detail: str = "") -> None:
        known = CATALOGUE[code]
        if known.blame != self.blame:
            raise ValueError(f"{code} is not a {self.blame} error")
        super().__init__(f"{known.title} {detail or known.advice} [{code}]")
        self.code = code
        self.title = known.title
        self.advice = known.advice
        self.status = known.status
        self.detail = detail


class LocalError(IncameraError):
    """This program, its settings or its person must change something."""

    blame = "local"


class RemoteError(IncameraError):
    """The other side sent what it must not."""

    blame = "remote"


class DeniedError(IncameraError):
    """A rule says no."""

    blame = "denied"


class UnavailableError(IncameraError):
    """Not now; trying later may help."""

    blame = "unavailable"


class IntegrityError(IncameraError):
    """Somebody interferes. Nothing of what failed is used."""

    blame = "integrity"
