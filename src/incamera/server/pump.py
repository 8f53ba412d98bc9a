"""The one task that sends on a socket: first what was missed, from memory or disk, at the reader's own pace; then what comes."""

from collections.abc import Awaitable, Callable

from incamera.adapters.store import Store
from incamera.control.delivery import given, wanted
from incamera.errors import UnavailableError
from incamera.server.connection import Connection
from incamera.server.hall import ActiveRoom
from incamera.server.recent import encode_entry

SendAll = Callable[[list[str]], Awaitable[None]]


async def pump(store: Store, active: ActiveRoom, connection: Connection, send_all: SendAll) -> None:
    """Sends until it is cancelled, or until the connection ends."""
    while connection.end is None:
        while messages_now := connection.outbox.take():
            await send_all(messages_now)
        if not connection.subscription.live:
            await _catch_up(store, active, connection, send_all)
        else:
            await connection.wait()


async def _catch_up(store: Store, active: ActiveRoom, connection: Connection, send_all: SendAll) -> None:
    try:
        connection.subscription, seqs = wanted(connection.subscription, active.log)
        if connection.subscription.live:
            connection.release_acknowledgements()
            return
        missed = active.recent.within(seqs) or await _from_disk(store, active, seqs)
    except UnavailableError as error:
        connection.finish(error)
        return
    await send_all(missed)
    connection.subscription = given(connection.subscription, seqs[-1])
    connection.release_acknowledgements()


async def _from_disk(store: Store, active: ActiveRoom, seqs: range) -> list[str]:
    async with store.read() as reading:
        missed = await reading.entries(active.room.room_id, seqs)
    if [entry.seq for entry in missed] != list(seqs):
        raise UnavailableError("unavailable.log-gap")
    return [encode_entry(entry) for entry in missed]
