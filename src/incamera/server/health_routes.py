"""Health, readiness, metrics and the API's description."""

from starlette.requests import Request
from starlette.responses import Response

from incamera.errors import UnavailableError
from incamera.server.openapi import document
from incamera.server.parts import Parts


class HealthRoutes:
    """For machines that watch."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def healthz(self, _request: Request) -> Response:
        """The process answers."""
        return Response(b'{"status":"ok"}', media_type="application/json")

    async def readyz(self, _request: Request) -> Response:
        """The store answers and the journal runs.

        Raises: UnavailableError unavailable.storage, unavailable.restarting.
        """
        if not self._parts.journal.is_running:
            raise UnavailableError("unavailable.restarting")
        async with self._parts.store.read() as reading:
            await reading.ping()
        return Response(b'{"status":"ready"}', media_type="application/json")

    async def metrics(self, _request: Request) -> Response:
        """Prometheus text."""
        return Response(self._parts.metrics.render(), media_type="text/plain; version=0.0.4")

    async def openapi(self, _request: Request) -> Response:
        """OpenAPI 3.1."""
        return Response(document(), media_type="application/json")
