"""`incamera room create|list|close`. S is made here, in the command; the server gets a hash and sealed bytes."""

import os
import secrets
import time
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from incamera.cli.durations import parse_duration
from incamera.cli.options import AsJson, ConfigFile, load_settings
from incamera.cli.printing import print_json, print_table, print_whole, say
from incamera.cli.server_api import ServerApi, parse_origin
from incamera.cli.times import shown_time
from incamera.control.limits import ROOM_LIFETIME_S_MAX
from incamera.domain import b64u
from incamera.e2ee.link import emit_link, parse_link
from incamera.e2ee.room import MadeRoom, RoomWish, grant_request, make_room
from incamera.errors import LocalError

ServerUrl = Annotated[
    str | None,
    Parameter(name="--server", help="address of the server; else the one that the settings describe", env_var="INCAMERA_SERVER", show_env_var=True),
]
ApiKeyFile = Annotated[
    Path | None, Parameter(name="--api-key-file", help="file with an API key; INCAMERA_API_KEY holds the key itself", env_var="INCAMERA_API_KEY_FILE")
]


def create_command(
    *,
    topology: Annotated[Literal["direct", "group"], Parameter(help="direct: two people; group: more")] = "direct",
    recording: Annotated[Literal["forbidden", "notify", "everyone"], Parameter(help="who must agree to a recording")] = "forbidden",
    waiting_room: Annotated[bool, Parameter(negative="", help="people wait until the host admits them")] = False,
    expires: Annotated[str, Parameter(help="when the room ends: 12h, 7d, 2w")] = "7d",
    server: ServerUrl = None,
    api_key_file: ApiKeyFile = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a room and print its links."""
    origin = origin_of(server, config)
    expires_at = int(time.time()) + parse_duration(expires, "--expires", ROOM_LIFETIME_S_MAX - 86_400)
    made = make_room(RoomWish(expires_at, topology, None, recording, waiting_room), origin, secrets.token_bytes)
    with ServerApi(origin, api_key_of(api_key_file)) as api:
        api.create_room(made.registration)
    if as_json:
        print_json(links_of(made))
        return
    say("[bold]For everyone who is invited[/]")
    print_whole(emit_link(made.invite))
    say("\n[bold]For the host alone[/]: who opens it can admit, mute and remove people, lock the room and end the call")
    print_whole(emit_link(made.invite, for_host=True))
    say(f"\nBoth work until {shown_time(expires_at)}. The links are the only keys: the server keeps none.")


def list_command(*, server: ServerUrl = None, api_key_file: ApiKeyFile = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List the rooms of a server, as far as it knows them."""
    with ServerApi(origin_of(server, config), api_key_of(api_key_file)) as api:
        rooms = api.list_rooms()
    if as_json:
        print_json(
            [{"room_id": r.room_id, "topology": r.topology, "present": r.present, "capacity": r.capacity, "expires": r.expires_at} for r in rooms]
        )
        return
    rows = [(room.room_id, room.topology, f"{room.present} of {room.capacity}", shown_time(room.expires_at)) for room in rooms]
    print_table(("Room", "Kind", "Present", "Ends"), rows, "There are no rooms. Make one with: incamera room create")


def close_command(
    room: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="the host link, or the room's id together with an API key; - reads it from standard input")
    ],
    *,
    server: ServerUrl = None,
    api_key_file: ApiKeyFile = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Close a room for good; everybody in it is told."""
    text = input().strip() if room == "-" else room
    if "/r/" in text:
        room_id = _close_as_host(text)
    else:
        room_id, api_key = _room_id(text), api_key_of(api_key_file)
        if api_key is None:
            raise LocalError("local.settings", "Closing a room by its id needs an API key. Without one, give the host link.")
        with ServerApi(origin_of(server, config), api_key) as api:
            api.close_room(room_id)
    if as_json:
        print_json({"room_id": b64u.encode(room_id), "closed": True})
    else:
        say("The room is closed.")


def _close_as_host(link: str) -> bytes:
    invite = parse_link(link)
    if invite.host_seed is None:
        raise LocalError("local.link-malformed", "This is a participant's link. Closing needs the host link, which is longer.")
    with ServerApi(parse_origin(invite.origin)) as api:
        grant = api.get_grant(invite.room_id, grant_request(invite, int(time.time())))
        api.close_room(invite.room_id, grant.grant)
    return invite.room_id


def origin_of(server: str | None, config: Path | None) -> str:
    """Where requests go and what links begin with."""
    return parse_origin(server or load_settings(config, {}).origin())


def api_key_of(file: Path | None) -> str | None:
    """From the environment or a file, never from a flag, which other users of the computer could read.

    Raises: LocalError local.settings for a file that can not be read.
    """
    if file is None:
        return os.environ.get("INCAMERA_API_KEY", "").strip() or None
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise LocalError("local.settings", f"--api-key-file: {file} can not be read.") from None


def links_of(made: MadeRoom) -> dict[str, str | int]:
    """What `room create --json` and `serve --json` promise. `expires` in seconds since 1970."""
    return {
        "room_id": b64u.encode(made.invite.room_id),
        "link": emit_link(made.invite),
        "host_link": emit_link(made.invite, for_host=True),
        "expires": made.registration.expires_at,
    }


def _room_id(text: str) -> bytes:
    try:
        room_id = b64u.decode(text)
    except ValueError:
        room_id = b""
    if len(room_id) != 16:
        raise LocalError("local.settings", "ROOM must be a host link or a room's id of 22 characters.")
    return room_id
