"""Routes and middleware of the server: headers, a health check and the front page."""

from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.server.front_page import front_page
from pages.server.security import SecurityHeaders
from pages.server.tcp_nodelay import TcpNoDelay

_PAGES: Final = ("", "compare", "history", "presets", "settings", "spend")


async def _healthz(request: Request) -> Response:
    """Answer 200 `ok` as soon as the server takes requests."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def _page(request: Request) -> Response:
    return HTMLResponse(front_page(), headers={"Cache-Control": "no-cache"})


MIDDLEWARE: Final = (Middleware(TcpNoDelay), Middleware(SecurityHeaders))
ROUTES: Final = (
    Route("/healthz", _healthz),
    *(Route(f"/{page}", _page) for page in _PAGES),
)
"""What the app answers itself; Streamlit answers the rest."""
