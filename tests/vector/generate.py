"""`python -m tests.vector.generate` writes spec/vectors/python/*.json; `--check` says whether they are what would be written."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.vector import of_media, of_members, of_rooms, of_runs
from tests.vector.material import Case, Made, hexed

FOLDER = Path(__file__).resolve().parents[2] / "spec" / "vectors"

TOPICS: dict[str, Callable[[], Made]] = {
    "labels": of_rooms.labels,
    "link": of_rooms.links,
    "envelope": of_rooms.envelopes,
    "policy": of_rooms.policies,
    "host_order": of_rooms.host_orders,
    "credential": of_members.credentials,
    "name": of_members.names,
    "signed_blob": of_members.signed_blobs,
    "heartbeat": of_members.heartbeats,
    "digest": of_members.digests,
    "padding": of_members.payloads,
    "epoch_code": of_members.epoch_codes,
    "sas": of_runs.emoji,
    "sframe_header": of_media.headers,
    "sframe_payload": of_media.payloads,
    "media": of_media.media,
    "replay": of_media.windows,
}


def text_of(topic: str) -> str:
    """The whole file. One case on a line, so that a change shows as one."""
    cases, refused = TOPICS[topic]()
    return f'{{\n "made_by": "python",\n "topic": "{topic}",\n "cases": {_lines(cases)},\n "refused": {_lines(refused)}\n}}\n'


def _lines(cases: list[Case]) -> str:
    return "[\n  " + ",\n  ".join(json.dumps(hexed(case)) for case in cases) + "\n ]" if cases else "[]"


def main(arguments: list[str]) -> int:
    """Exit code 1 when `--check` finds a difference."""
    folder = FOLDER / "python"
    stale = [topic for topic in TOPICS if not (folder / f"{topic}.json").is_file() or (folder / f"{topic}.json").read_text("utf-8") != text_of(topic)]
    if "--check" in arguments:
        sys.stdout.write(f"stale: {', '.join(stale)}\n" if stale else "all vectors are what python makes\n")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for topic in stale:
        (folder / f"{topic}.json").write_text(text_of(topic), "utf-8")
    sys.stdout.write(f"wrote {', '.join(stale) or 'nothing'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
