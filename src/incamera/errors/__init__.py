"""Errors by blame, with stable codes shared by all languages."""

from incamera.errors.catalogue import CATALOGUE, Blame, Known
from incamera.errors.tree import DeniedError, IncameraError, IntegrityError, LocalError, RemoteError, UnavailableError

__all__ = [
    "CATALOGUE",
    "Blame",
    "DeniedError",
    "IncameraError",
    "IntegrityError",
    "Known",
    "LocalError",
    "RemoteError",
    "UnavailableError",
]
