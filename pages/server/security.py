"""Puts security headers on every HTTP response."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import server_settings

_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)

# Nothing here is ever needed by a chat; a page that runs injected code gets none of it.
_DENIED_FEATURES: Final = (
    "accelerometer", "camera", "display-capture", "geolocation",
    "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial",
    "usb", "xr-spatial-tracking",
)  # fmt: skip


@cache
def content_security_policy(frame_ancestors: tuple[str, ...] = ()) -> str:
    """Return the policy: our own files only, no inline script but Streamlit's.

    Only pages of ``frame_ancestors`` may show the app in a frame. Pictures come from
    ourselves, `data:` and `blob:` (charts, icons); styles may be inline because
    Streamlit's are. WebAssembly draws code and charts.
    """
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *_own_script_hashes()])
    directives = {
        "default-src": "'self'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(frame_ancestors) or "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _own_script_hashes() -> list[str]:
    """Hash the inline scripts of Streamlit's page, as installed; an upgrade adapts."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    bodies = _INLINE_SCRIPT.findall(page.read_text("utf-8"))
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies)
    return [f"'sha256-{b64encode(digest).decode()}'" for digest in digests]


@cache
def security_headers(frame_ancestors: tuple[str, ...] = ()) -> Mapping[str, str]:
    """Return the headers that every response carries.

    ``X-Frame-Options`` cannot name an origin: where one may frame the app, the policy
    alone says who.
    """
    return {
        "Content-Security-Policy": content_security_policy(frame_ancestors),
        "X-Content-Type-Options": "nosniff",
        **({} if frame_ancestors else {"X-Frame-Options": "DENY"}),
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED_FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",  # shared links stand in public places
    }


class SecurityHeaders:
    """ASGI middleware that puts :func:`security_headers` on every HTTP response.

    It works on ASGI messages, so it neither buffers a response nor slows a stream.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers where its response starts."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in {
                "http.response.start",
                "websocket.http.response.start",
            }:
                ancestors = server_settings().frame_ancestors
                MutableHeaders(scope=message).update(security_headers(ancestors))
            await send(message)

        await self._app(scope, receive, send_with_headers)
