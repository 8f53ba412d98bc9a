"""Every error code, from spec/errors.json."""

import json
from pathlib import Path
from typing import Any

from scripts.reference.markdown import code, table

CATALOGUE = Path(__file__).resolve().parents[2] / "spec" / "errors.json"
_BLAMES = {
    "local": "This program, its settings or its person must change something.",
    "remote": "The other side sent what it must not.",
    "denied": "A rule says no.",
    "unavailable": "Not now; trying later may help.",
    "integrity": "Somebody interferes. Nothing of what failed is used.",
}


def block() -> str:
    """One table for each blame, in the order of the file."""
    known: list[dict[str, Any]] = json.loads(CATALOGUE.read_text("utf-8"))
    parts = []
    for blame, meaning in _BLAMES.items():
        rows = [
            (f'<a id="{one["code"]}"></a>{code(one["code"])}', str(one["status"] or ""), one["title"], one["advice"])
            for one in known
            if one["blame"] == blame
        ]
        parts.append(f"### {blame}\n{meaning}\n\n" + table(("code", "HTTP", "what happened", "what to do"), rows))
    return "\n\n".join(parts)
