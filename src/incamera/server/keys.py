"""API keys, for the command line: made, listed and revoked in the store of a server that may be running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from incamera.adapters.clock import SystemClock
from incamera.adapters.randomness import SystemRandomness
from incamera.adapters.store import Store
from incamera.control.api_keys import ApiKey, make
from incamera.control.events import Event, EventName
from incamera.errors import LocalError
from incamera.server.settings import Settings


async def create_key(settings: Settings, name: str) -> str:
    """The new key's text, which is shown this once and kept nowhere.

    Raises: LocalError local.settings for a bad name or one that is taken.
    """
    clock, chance = SystemClock(), SystemRandomness()
    async with _store(settings) as store, store.write() as writing:
        existing = await writing.api_keys()
        if any(key.name == name for key in existing):
            raise LocalError("local.settings", "There is a key of that name already.")
        key, text, events = make(name, chance.bytes(32), len(existing), int(clock.now()))
        await writing.add_api_key(key)
        await writing.record(events)
    return text


async def list_keys(settings: Settings) -> list[ApiKey]:
    """All keys, oldest first; their texts are not known."""
    async with _store(settings) as store, store.read() as reading:
        return await reading.api_keys()


async def revoke_key(settings: Settings, name: str) -> bool:
    """False when there is no key of that name."""
    async with _store(settings) as store, store.write() as writing:
        revoked = await writing.revoke_api_key(name)
        if revoked:
            await writing.record([Event(EventName.KEY_REVOKED, int(SystemClock().now()))])
    return revoked


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store]:
    store = Store(settings.database_path)
    await store.open()
    try:
        yield store
    finally:
        await store.close()
