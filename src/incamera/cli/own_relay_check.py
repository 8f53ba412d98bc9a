"""What `incamera doctor` looks at when the relay is our own: every transport, by the name that people use."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from incamera.cli.findings import Finding, note, wanting
from incamera.cli.machine_checks import is_incamera
from incamera.errors import IncameraError
from incamera.server.own_node import OwnNode
from incamera.server.own_relay import OwnRelay
from incamera.server.relay_places import urls, usual_listeners
from incamera.server.relay_secret import relay_secrets
from incamera.server.settings import Settings

Check = Callable[[str, Sequence[str]], Finding]
_NO_ROOM = bytes(32)
_MEND = "See that a firewall lets it through. If another program has that port, choose one with --turn-port or --turn-tls-port."


def check_own_relay(settings: Settings, check: Check) -> list[Finding]:
    """The one that serves now, else one that is started for the moment."""
    try:
        secrets = relay_secrets(settings)
        if is_incamera(settings):
            return [_mended(check(url, secrets)) for url in urls(settings, usual_listeners(settings))]
        return asyncio.run(_for_the_moment(settings, tuple(secrets), check))
    except IncameraError as error:
        return [wanting("relay", error.detail or error.title, error.advice if error.code != "local.port-taken" else _MEND)]


def moved(settings: Settings, now_at: Sequence[str]) -> str:
    """A sentence when the relay could not have its usual ports, which a firewall may not know; else nothing."""
    usual = urls(settings, usual_listeners(settings))
    pairs = [f"{now} instead of {before}" for before, now in zip(usual, now_at, strict=False) if before != now]
    return f"Something else has the relay's usual port, so it is at {pairs[0]}." if pairs else ""


async def _for_the_moment(settings: Settings, secrets: tuple[str, ...], check: Check) -> list[Finding]:
    node = OwnNode(settings.with_changes(sfu="off"), secrets, _NO_ROOM)
    relay = OwnRelay(settings, secrets, node, time.time)
    await node.start()
    try:
        findings = [_mended(await asyncio.to_thread(check, url, secrets)) for url in relay.urls]
        words = moved(settings, relay.urls)
        return [*findings, note("relay", words, _MEND)] if words else findings
    finally:
        await node.stop()


def _mended(finding: Finding) -> Finding:
    return replace(finding, mend=_MEND) if finding.state == "wanting" else finding
