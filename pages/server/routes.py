"""Routes and middleware of the server: headers, a health check and our script."""

from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.server.security import SecurityHeaders
from pages.streamlit_patches import IN_SIGHT, TcpNoDelay


async def _healthz(request: Request) -> Response:
    """Answer 200 `ok` as soon as the server takes requests."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def _in_sight(request: Request) -> Response:
    return FileResponse(IN_SIGHT, headers={"Cache-Control": "no-cache"})


MIDDLEWARE: Final = (Middleware(TcpNoDelay), Middleware(SecurityHeaders))
ROUTES: Final = (Route("/healthz", _healthz), Route(f"/{IN_SIGHT.name}", _in_sight))
"""What the app answers itself; Streamlit answers the rest."""
