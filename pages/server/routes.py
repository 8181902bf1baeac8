"""Routes and middleware of the server: headers, a health check and our scripts."""

from typing import Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from pages.component import BUNDLE
from pages.server.security import SecurityHeaders
from pages.streamlit_patches import SCRIPTS, TcpNoDelay


async def _healthz(request: Request) -> Response:
    """Answer 200 `ok` as soon as the server takes requests."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def _script(request: Request) -> Response:
    """Answer with one of our own scripts."""
    file = _SCRIPTS[request.url.path.rpartition("/")[2]]
    return FileResponse(file, headers={"Cache-Control": "no-cache"})


class _ImmutableFiles(StaticFiles):
    """Files that never change: their names have a hash of their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file at ``path``, to be kept for a year."""
        response = await super().get_response(path, scope)
        if response.status_code < 400:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


_SCRIPTS: Final = {file.name: file for file in SCRIPTS}
MIDDLEWARE: Final = (Middleware(TcpNoDelay), Middleware(SecurityHeaders))
BASE: Final = "".join(
    f"/{part}"
    for part in (st.get_option("server.baseUrlPath") or "").split("/")
    if part
)
"""The address below which the app is served: ``""``, or such as ``/polyphony``."""

ROUTES: Final = (
    Route("/healthz", _healthz),
    *(Route(f"{BASE}/{name}", _script) for name in _SCRIPTS),
    Mount(f"{BASE}/bundle", _ImmutableFiles(directory=BUNDLE)),
)
"""What the app answers itself; Streamlit answers the rest."""
