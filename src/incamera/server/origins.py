"""Which Host and which Origin are ours.

A page of another site may send requests here through a person's browser, and a name of another site may be made to point at this
computer (DNS rebinding). So Host must be a name of ours, and Origin, where there is one, must be the origin that Host stands for.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from incamera.errors import DeniedError
from incamera.server.settings import Settings, is_loopback_name


class Origins:
    """Trust: all headers come from the network."""

    def __init__(self, settings: Settings) -> None:
        self._loopback = settings.is_loopback
        self._scheme = "https" if settings.tls_cert else "http"
        self._public = urlsplit(settings.origin()) if settings.public_url or not settings.is_loopback else None

    def of(self, headers: Mapping[str, str]) -> str:
        """Our origin as this request names it.

        Raises: DeniedError denied.origin when Host is not a name of ours.
        """
        host = headers.get("host", "").lower()
        if self._public is not None and host == _shown_host(self._public.scheme, self._public.netloc.lower()):
            return f"{self._public.scheme}://{host}"
        if self._loopback and is_loopback_name(_name(host)):
            return f"{self._scheme}://{host}"
        raise DeniedError("denied.origin", "This server is not reached by that name.")

    def require_own(self, headers: Mapping[str, str], *, needed: bool = False) -> None:
        """Raises: DeniedError denied.origin for another site's page; with `needed`, also when no Origin is sent."""
        origin = headers.get("origin")
        if origin is None:
            if needed or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
                raise DeniedError("denied.origin")
        elif origin != self.of(headers):
            raise DeniedError("denied.origin")


def _shown_host(scheme: str, netloc: str) -> str:
    return netloc.removesuffix(":443" if scheme == "https" else ":80")


def _name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0].removeprefix("[")
    return host.partition(":")[0]
