"""Identifiers and hashes, told apart by type. All are random or a SHA-256, so their order and content mean nothing."""

from typing import NewType

RoomId = NewType("RoomId", bytes)
"""16 random bytes, chosen by the client that made the room."""

ParticipantId = NewType("ParticipantId", bytes)
"""16 random bytes, chosen by the server for each grant."""

AccessHash = NewType("AccessHash", bytes)
"""SHA-256 of key("access"), which is derived from S (spec/1-invite.md)."""

GrantHash = NewType("GrantHash", bytes)
"""SHA-256 of a grant."""

ApiKeyHash = NewType("ApiKeyHash", bytes)
"""SHA-256 of an API key."""
