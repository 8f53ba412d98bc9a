"""Writes web/client/wire/ from the msgspec types, or with --check says what differs and exits 1."""

import sys
from pathlib import Path

from incamera.protocol import bodies, messages, payloads
from incamera.protocol.typescript.emit import Module, emit
from incamera.protocol.typescript.prelude import CHECK_MODULE

MESSAGES = Module(
    source="incamera.protocol.messages",
    unions={"ClientMessage": messages.ClientMessage, "ServerMessage": messages.ServerMessage},
    structs=(),
    text_parsers=("ServerMessage",),
    value_parsers=(),
)
BODIES = Module(
    source="incamera.protocol.bodies",
    unions={},
    structs=(*bodies.REQUESTS, *bodies.ANSWERS),
    text_parsers=(),
    value_parsers=tuple(answer.__name__ for answer in bodies.ANSWERS),
)
PAYLOADS = Module(
    source="incamera.protocol.payloads",
    unions={"Payload": payloads.Payload},
    structs=(),
    text_parsers=(),
    value_parsers=("Payload",),
)


def files() -> dict[str, str]:
    """The generated files by name."""
    return {"check.ts": CHECK_MODULE, "messages.ts": emit(MESSAGES), "bodies.ts": emit(BODIES), "payloads.ts": emit(PAYLOADS)}


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 good, 1 --check found a difference, 2 wrong usage, 3 not in a checkout."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m incamera.protocol.typescript [--check]", file=sys.stderr)
        return 2
    folder = Path(__file__).parents[4] / "web" / "client" / "wire"
    if not folder.parent.is_dir():
        print(f"{folder.parent} is missing: run this from a checkout", file=sys.stderr)
        return 3
    stale = [name for name, text in files().items() if not (folder / name).is_file() or (folder / name).read_text() != text]
    if arguments and stale:
        print(f"stale: {', '.join(stale)}. Run: python -m incamera.protocol.typescript", file=sys.stderr)
        return 1
    folder.mkdir(exist_ok=True)
    for name in stale:
        (folder / name).write_text(files()[name])
    return 0


sys.exit(main(sys.argv[1:]))
