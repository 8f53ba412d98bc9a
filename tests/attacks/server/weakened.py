"""The server with one rule replaced. Each function replaces one, and only in a test."""

import asyncio
from typing import Any

import pytest

from incamera.control import grants
from incamera.domain.grant import Grant
from incamera.domain.room import Room
from incamera.errors import DeniedError
from incamera.server import room_routes
from incamera.server.connection import Allowance
from incamera.server.hall import Hall
from incamera.server.origins import Origins
from incamera.server.own_node import OwnNode
from incamera.server.own_relay import OwnRelay
from incamera.server.parts import Parts
from incamera.server.visitors import Visitors


def any_grant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grant opens every room, for ever."""

    def check(grant: Grant, *_: object) -> Grant:
        return grant

    for place in ("incamera.server.socket.check", "incamera.server.callers.check"):
        monkeypatch.setattr(place, check)


def any_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every grant allows everything."""
    for place in ("incamera.server.socket.require", "incamera.server.room_routes.require"):
        monkeypatch.setattr(place, lambda *_: None)


def revoking_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was granted stays granted."""

    async def revoke(*_: object) -> None:
        """Forgets to."""

    monkeypatch.setattr(Parts, "revoke", revoke)


def any_access(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who knows a room's id gets in."""

    def show_access(room: Room | None, *_: object) -> Room | None:
        return room

    monkeypatch.setattr("incamera.server.room_routes.show_access", show_access)


def hasty_access(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers at once where there is no such room."""

    def show_access(room: Room | None, access: bytes, now: float) -> Room:
        if room is None:
            raise DeniedError("denied.room-or-key")
        return grants.show_access(room, access, now)

    monkeypatch.setattr("incamera.server.room_routes.show_access", show_access)


def any_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who says to be the host is."""
    monkeypatch.setattr("incamera.server.room_routes.verify_host_proof", lambda *_: None)


def any_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of other sites may drive the server."""
    monkeypatch.setattr(Origins, "require_own", lambda *_, **__: None)


def any_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads here."""
    monkeypatch.setattr(Origins, "of", lambda _origins, headers: f"http://{headers.get('host', '')}")


def credentials_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """TURN credentials do not ask whether anybody is there."""
    monkeypatch.setattr(Hall, "connection", lambda *_: object())


def no_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A participant says as much as it likes."""
    monkeypatch.setattr(Allowance, "spend", lambda *_: None)


def no_rates_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address asks as often as it likes."""
    monkeypatch.setattr(Visitors, "spend", lambda *_: None)


def patient_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits an hour for a request to arrive."""
    monkeypatch.setattr("incamera.server.transports.PatientHttp._await_request", lambda *_: None)


def patient_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for ever for somebody to join."""
    monkeypatch.setattr("incamera.server.socket.asyncio", _Patient())


def endless_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many may wait before joining as like to."""
    monkeypatch.setattr("incamera.server.socket.SignalSocket._before_join", _Zero(), raising=False)


def endless_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests have any length."""
    monkeypatch.setattr("incamera.server.gate.REQUEST_BYTES_MAX", 1 << 30)


def endless_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages have any length."""
    monkeypatch.setattr("incamera.server.wire.MESSAGE_BYTES_MAX", 1 << 30)


class _Zero:
    """A count that stays at nothing."""

    def __get__(self, *_: object) -> int:
        return 0

    def __set__(self, *_: object) -> None:
        """Whatever is counted."""


class _Patient:
    """asyncio without timeouts."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    def timeout(self, _delay: float) -> Any:
        return asyncio.timeout(None)


def keeping_the_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leaves keeps what it had of the relay."""
    monkeypatch.setattr(OwnRelay, "leave", lambda *_: None)


def one_room_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay thinks that everybody is in the same room."""
    monkeypatch.setattr(OwnNode, "room_number", lambda *_: 1)


def grants_outliving_their_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that is replaced takes no grant with it."""
    monkeypatch.setattr(room_routes, "outlived", lambda *_: [])
