"""The built web client: three pages and their files."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from incamera.errors import LocalError, RemoteError, UnavailableError
from incamera.server.problems import problem

_PAGES = ("home.html", "call.html", "security.html")
NOT_BUILT = "The web client is not built. In a checkout, run: make build"


def find_client(chosen: Path | None) -> Path | None:
    """The folder: the chosen one, the one in the package, or the checkout's web/dist.

    Raises: LocalError local.settings when the chosen one has no pages.
    """
    if chosen is not None:
        if not all((chosen / page).is_file() for page in _PAGES):
            raise LocalError("local.settings", f"client_dir (--client-dir, INCAMERA_CLIENT_DIR): {chosen} lacks one of {', '.join(_PAGES)}.")
        return chosen
    package = Path(__file__).parents[1]
    for folder in (package / "_web", package.parents[1] / "web" / "dist"):
        if all((folder / page).is_file() for page in _PAGES):
            return folder
    return None


def _is_served(path: str) -> bool:
    return not path.endswith((".html", ".map")) and not any(part.startswith(".") for part in path.split("/"))


class ClientFiles:
    """Looks again on each request while nothing is built, so that a build needs no restart."""

    def __init__(self, chosen: Path | None) -> None:
        self._chosen = chosen
        self._found = find_client(chosen)

    @property
    def folder(self) -> Path | None:
        """Where the client is, if anywhere."""
        if self._found is None:
            self._found = find_client(self._chosen)
        return self._found

    async def home(self, _request: Request) -> Response:
        """`/`."""
        return self._page("home.html")

    async def call(self, _request: Request) -> Response:
        """`/r/{room_id}`: the same for every id, so that it tells nothing."""
        return self._page("call.html")

    async def security(self, _request: Request) -> Response:
        """`/security`."""
        return self._page("security.html")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Where no route matched: any other file of the client. Trust: the path; StaticFiles keeps it inside the folder."""
        path = scope["path"].lstrip("/")
        folder = self.folder
        if scope["type"] != "http":
            raise RemoteError("remote.not-found")
        if folder is None or scope["method"] not in ("GET", "HEAD") or not _is_served(path):
            raise RemoteError("remote.not-found")
        response = await StaticFiles(directory=folder).get_response(path, scope)
        await response(scope, receive, send)

    def _page(self, name: str) -> Response:
        folder = self.folder
        if folder is None:
            return problem(UnavailableError("unavailable.internal", NOT_BUILT))
        return FileResponse(folder / name, media_type="text/html")
