"""`incamera serve`: the server, a first room made through its own address, and the screen that shows both."""

import asyncio
import os
import secrets
import ssl
import threading
import time
from typing import Annotated
from urllib.parse import urlsplit

from cyclopts import Parameter

from incamera.cli.listening import listen
from incamera.cli.options import AllSettings, AsJson, ConfigFile, flags_of, load_settings
from incamera.cli.own_relay_check import moved
from incamera.cli.printing import print_error, print_json, say
from incamera.cli.ready_screen import print_ready, relay_word
from incamera.cli.rooms import links_of
from incamera.cli.server_api import ServerApi
from incamera.e2ee.link import emit_link
from incamera.e2ee.room import MadeRoom, RoomWish, make_room
from incamera.errors import IncameraError
from incamera.server.client_files import NOT_BUILT, find_client
from incamera.server.keys import create_key, revoke_key
from incamera.server.logs import configure_logs
from incamera.server.run import make_server
from incamera.server.settings import Settings

FIRST_ROOM_S = 7 * 86_400
_ANY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where such a server is reached from here


def serve(
    settings: AllSettings = None,
    *,
    config: ConfigFile = None,
    room: Annotated[bool, Parameter(negative="--no-room", help="make a first room and show its link")] = True,
    as_json: AsJson = False,
) -> int:
    """Serve until Ctrl-C. On this computer only, unless there is a certificate."""
    chosen = load_settings(config, flags_of(settings))
    configure_logs(chosen.log_format, chosen.log_level)
    listening = listen(chosen)
    port = int(listening.getsockname()[1])

    def ready(origin: str) -> None:
        # The room is made through HTTP, which this very event loop answers: so from another thread.
        threading.Thread(target=_announce, args=(chosen, origin, port, room, as_json, server.relay_urls), daemon=True).start()

    server = make_server(chosen, ready)
    server.run(sockets=[listening])
    if not as_json:
        say("Stopped.", to_errors=True)
    return 0


def _announce(settings: Settings, origin: str, port: int, wants_room: bool, as_json: bool, relay_urls: list[str]) -> None:
    made, warnings = None, []
    if find_client(settings.client_dir) is None:
        warnings.append(NOT_BUILT)
    # On this computer any port is as good as another; elsewhere a firewall may let only the usual ones through.
    if relay_urls and not settings.is_private and (words := moved(settings, relay_urls)):
        warnings.append(f"{words} Choose one with --turn-port or --turn-tls-port.")
    if wants_room:
        try:
            made = _first_room(settings, origin, port)
        except IncameraError as error:
            print_error(error, as_json=as_json)
    if as_json:
        print_json({"address": origin, "relay": relay_word(settings), "warnings": warnings} | (links_of(made) if made else {}))
    else:
        expires_at = made.registration.expires_at if made else 0
        print_ready(settings, origin, emit_link(made.invite) if made else None, expires_at, warnings)


def _first_room(settings: Settings, origin: str, port: int) -> MadeRoom:
    made = make_room(RoomWish(int(time.time()) + FIRST_ROOM_S), origin, secrets.token_bytes)
    host = _ANY_ADDRESS.get(settings.host, settings.host)
    own = f"{'https' if settings.tls_cert else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
    key_name = f"serve {os.getpid()}"
    api_key = None if settings.is_private else asyncio.run(_lend_key(settings, key_name))
    try:
        with ServerApi(own, api_key, own_tls=_pinned(settings), host=urlsplit(origin).netloc) as api:
            api.create_room(made.registration)
    finally:
        if api_key is not None:
            asyncio.run(revoke_key(settings, key_name))
    return made


async def _lend_key(settings: Settings, name: str) -> str:
    await revoke_key(settings, name)  # of a process that was killed in between
    return await create_key(settings, name)


def _pinned(settings: Settings) -> ssl.SSLContext | None:
    """Trusts the server's own certificate and nothing else: the name in it is not that of the loopback address."""
    if settings.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(settings.tls_cert)
    return context
