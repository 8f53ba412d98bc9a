"""The headers of every answer. They close everything that a call does not need, and open camera and microphone on call pages only."""

import re

_OPEN_ON_CALLS = ("camera", "microphone", "display-capture", "speaker-selection", "screen-wake-lock")
_OPEN_ON_PAGES = ("fullscreen", "picture-in-picture", "autoplay", "clipboard-write")
_CLOSED = (
    "accelerometer", "browsing-topics", "clipboard-read", "encrypted-media", "gamepad", "geolocation",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "midi", "otp-credentials", "payment", "publickey-credentials-create",
    "publickey-credentials-get", "serial", "storage-access", "sync-xhr", "unload", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
_HASHED_ASSET = re.compile(r"^/assets/[^?]*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
_CALL_PAGE = re.compile(r"^/r/[A-Za-z0-9_-]{22}$")

IMMUTABLE = "public, max-age=31536000, immutable"


def content_security_policy(origin: str) -> str:
    """Only this server's own files, no inline code, and DOM writes through one Trusted Types policy."""
    socket = origin.replace("http", "ws", 1)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "worker-src 'self'",
            f"connect-src 'self' {socket}".rstrip(),
            "img-src 'self' blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "manifest-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types incamera lit-html",
        )
    )


def permissions_policy(*, is_call: bool) -> str:
    """Devices only where a call is."""
    opened = (*_OPEN_ON_PAGES, *_OPEN_ON_CALLS) if is_call else _OPEN_ON_PAGES
    closed = _CLOSED if is_call else (*_CLOSED, *_OPEN_ON_CALLS)
    return ", ".join([*(f"{name}=(self)" for name in opened), *(f"{name}=()" for name in closed)])


def response_headers(path: str, origin: str, status: int, *, is_tls: bool) -> dict[str, str]:
    """What is added to an answer; `origin` is empty when Host was refused."""
    headers = {
        "Content-Security-Policy": content_security_policy(origin),
        "Permissions-Policy": permissions_policy(is_call=_CALL_PAGE.match(path) is not None),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Origin-Agent-Cluster": "?1",
        "Integrity-Policy": "blocked-destinations=(script)",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": IMMUTABLE if status == 200 and _HASHED_ASSET.match(path) else "no-store",
    }
    if is_tls or origin.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers
