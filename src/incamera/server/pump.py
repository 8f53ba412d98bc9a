"""The one task that sends on a socket: first what was missed, from disk, at the reader's own pace; then what comes."""

from collections.abc import Awaitable, Callable

from incamera.adapters.store import Store
from incamera.control.delivery import given, wanted
from incamera.domain import b64u
from incamera.domain.entry import Entry
from incamera.errors import IncameraError, UnavailableError
from incamera.protocol import messages
from incamera.protocol.codec import emit
from incamera.server.connection import Connection
from incamera.server.hall import ActiveRoom

Send = Callable[[str], Awaitable[None]]


async def pump(store: Store, active: ActiveRoom, connection: Connection, send: Send) -> IncameraError:
    """Sends until the connection ends; returns why it ended."""
    while connection.end is None:
        while (message := connection.outbox.take()) is not None:
            await send(message)
        if not connection.subscription.live:
            await _catch_up(store, active, connection, send)
        else:
            await connection.wait()
    return connection.end


async def _catch_up(store: Store, active: ActiveRoom, connection: Connection, send: Send) -> None:
    try:
        connection.subscription, seqs = wanted(connection.subscription, active.log)
        if connection.subscription.live:
            connection.release_acknowledgements()
            return
        async with store.read() as reading:
            missed = await reading.entries(active.room.room_id, seqs)
        if [entry.seq for entry in missed] != list(seqs):
            raise UnavailableError("unavailable.log-gap")
    except UnavailableError as error:
        connection.finish(error)
        return
    for entry in missed:
        if connection.end is None:
            await send(encode_entry(entry))
            connection.subscription = given(connection.subscription, entry.seq)
    connection.release_acknowledgements()


def encode_entry(entry: Entry) -> str:
    """The `entry` message."""
    return emit(messages.Entry(entry.seq, entry.kind.wire_name, entry.epoch, entry.body, b64u.encode(entry.sender)))
