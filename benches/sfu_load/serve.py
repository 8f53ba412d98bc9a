"""The server under test, as `incamera serve` runs it, without limits on how fast one address may join. Prints its origin.

Run: python -m benches.sfu_load.serve FOLDER gso|no-gso
"""

import sys
from functools import partial
from pathlib import Path
from unittest.mock import patch

from incamera.adapters.media_node import NodeSettings
from incamera.server import own_node
from incamera.server.run import serve
from incamera.server.settings import Settings

MANY = 100_000


def main(folder: str, gso: bool) -> None:
    """Serves until it is told to end."""
    settings = Settings(
        port=0, data_dir=Path(folder), turn="off", rooms_per_minute=MANY, grants_per_minute=MANY, sockets_per_minute=MANY, log_level="warning"
    )
    with patch.object(own_node, "NodeSettings", partial(NodeSettings, gso=gso)):
        serve(settings, lambda origin: print(origin, flush=True))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "gso")
