"""Routes and middleware of the server: headers, a health check and our scripts."""

from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.server.security import SecurityHeaders
from pages.streamlit_patches import SCRIPTS, TcpNoDelay


async def _healthz(request: Request) -> Response:
    """Answer 200 `ok` as soon as the server takes requests."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def _script(request: Request) -> Response:
    """Answer with one of our own scripts."""
    file = _SCRIPTS[request.url.path.rpartition("/")[2]]
    return FileResponse(file, headers={"Cache-Control": "no-cache"})


_SCRIPTS: Final = {file.name: file for file in SCRIPTS}
MIDDLEWARE: Final = (Middleware(TcpNoDelay), Middleware(SecurityHeaders))
ROUTES: Final = (
    Route("/healthz", _healthz),
    *(Route(f"/{name}", _script) for name in _SCRIPTS),
)
"""What the app answers itself; Streamlit answers the rest."""
