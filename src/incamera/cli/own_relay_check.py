"""What `incamera doctor` looks at when the relay is our own: every transport, by the name that people use."""

import asyncio
import time
from collections.abc import Callable, Sequence

from incamera.cli.findings import Finding, wanting
from incamera.cli.machine_checks import is_incamera
from incamera.errors import IncameraError
from incamera.server.own_node import OwnNode
from incamera.server.own_relay import OwnRelay
from incamera.server.relay_places import urls, usual_listeners
from incamera.server.relay_secret import relay_secrets
from incamera.server.settings import Settings

Check = Callable[[str, Sequence[str]], Finding]
_NO_ROOM = bytes(32)


def check_own_relay(settings: Settings, check: Check) -> list[Finding]:
    """The one that serves now, else one that is started for the moment."""
    try:
        secrets = relay_secrets(settings)
        if is_incamera(settings):
            return [check(url, secrets) for url in urls(settings, usual_listeners(settings))]
        return asyncio.run(_for_the_moment(settings, tuple(secrets), check))
    except IncameraError as error:
        return [wanting("relay", error.detail or error.title, error.advice)]


async def _for_the_moment(settings: Settings, secrets: tuple[str, ...], check: Check) -> list[Finding]:
    node = OwnNode(settings.with_changes(sfu="off"), secrets, _NO_ROOM)
    relay = OwnRelay(settings, secrets, node, time.time)
    await node.start()
    try:
        return [await asyncio.to_thread(check, url, secrets) for url in relay.urls]
    finally:
        await node.stop()
