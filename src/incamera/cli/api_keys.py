"""`incamera keys create|list|revoke`: API keys, in the store of a server that may be running."""

import asyncio
from typing import Annotated

from cyclopts import Parameter

from incamera.cli.options import AsJson, ConfigFile, DataDir, load_settings
from incamera.cli.printing import print_json, print_table, print_whole, say
from incamera.cli.times import shown_time
from incamera.server.keys import create_key, list_keys, revoke_key

KeyName = Annotated[str, Parameter(help="your own word for it, such as the program that will hold it")]


def create_command(name: KeyName, *, data_dir: DataDir = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Make an API key. It is shown this once; the server keeps its hash."""
    key = asyncio.run(create_key(load_settings(config, {"data_dir": data_dir}), name))
    if as_json:
        print_json({"name": name, "key": key})
        return
    print_whole(key)
    say(
        "Keep it now: it is not shown again. Whoever has it can make, list and close rooms. Commands read it from INCAMERA_API_KEY or --api-key-file.",
        to_errors=True,
    )


def list_command(*, data_dir: DataDir = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List the API keys by name."""
    keys = asyncio.run(list_keys(load_settings(config, {"data_dir": data_dir})))
    if as_json:
        print_json([{"name": key.name, "created": key.created_at} for key in keys])
        return
    print_table(
        ("Name", "Made"), [(key.name, shown_time(key.created_at)) for key in keys], "There are no keys. Make one with: incamera keys create NAME"
    )


def revoke_command(name: KeyName, *, data_dir: DataDir = None, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Make an API key worthless, at once."""
    revoked = asyncio.run(revoke_key(load_settings(config, {"data_dir": data_dir}), name))
    if as_json:
        print_json({"name": name, "revoked": revoked})
    else:
        say("The key is worthless now." if revoked else "There is no key of that name. See: incamera keys list", to_errors=not revoked)
    return 0 if revoked else 1
