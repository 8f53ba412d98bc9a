"""The one task that sends on a socket: first what was missed, from disk, at the reader's own pace; then what comes."""

from collections.abc import Awaitable, Callable

from incamera.adapters.store import Store
from incamera.control.delivery import given, wanted
from incamera.domain import b64u
from incamera.domain.entry import Entry
from incamera.errors import UnavailableError
from incamera.protocol import messages
from incamera.protocol.codec import emit
from incamera.server.connection import Connection
from incamera.server.hall import ActiveRoom

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
        async with store.read() as reading:
            missed = await reading.entries(active.room.room_id, seqs)
        if [entry.seq for entry in missed] != list(seqs):
            raise UnavailableError("unavailable.log-gap")
    except UnavailableError as error:
        connection.finish(error)
        return
    await send_all([encode_entry(entry) for entry in missed])
    connection.subscription = given(connection.subscription, missed[-1].seq)
    connection.release_acknowledgements()


def encode_entry(entry: Entry) -> str:
    """The `entry` message."""
    return emit(messages.Entry(entry.seq, entry.kind.wire_name, entry.epoch, entry.body, b64u.encode(entry.sender)))
