"""Routes and middleware: headers, health, metrics, scripts, runs and the API.

They stand below ``server.baseUrlPath``, as all that Streamlit answers does.
"""

from typing import Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette.websockets import WebSocket

from pages.component import BUNDLE
from pages.server.api import api_routes
from pages.server.metrics import answer_metrics
from pages.server.observed_requests import ObservedRequests
from pages.server.readiness import answer_readiness
from pages.server.security import SecurityHeaders
from pages.streamlit_patches import (
    SCRIPTS,
    STYLE_NAME,
    DocumentStyle,
    TcpNoDelay,
    answer_style,
)


async def _healthz(request: Request) -> Response:
    """Answer 200 `ok` as soon as the server takes requests."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def _script(request: Request) -> Response:
    """Answer with one of our own scripts."""
    file = _SCRIPTS[request.url.path.rpartition("/")[2]]
    return FileResponse(file, headers={"Cache-Control": "no-cache"})


async def _run_stream(socket: WebSocket) -> None:
    """Follow runs over a WebSocket."""
    from pages.server.run_stream import run_stream  # needs what pages draw with

    await run_stream(socket)


async def _run_polling(request: Request) -> Response:
    """Answer one message of a page that gets no WebSocket."""
    from pages.server.run_polling import run_polling  # needs what pages draw with

    return await run_polling(request)


class _ImmutableFiles(StaticFiles):
    """Files that never change: their names have a hash of their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file at ``path``, to be kept for a year."""
        response = await super().get_response(path, scope)
        if response.status_code < 400:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


_FOR_OPERATORS: Final = {
    "healthz": _healthz,
    "readyz": answer_readiness,
    "metrics": answer_metrics,
}
_SCRIPTS: Final = {file.name: file for file in SCRIPTS}
MIDDLEWARE: Final = (
    Middleware(ObservedRequests),
    Middleware(TcpNoDelay),
    Middleware(SecurityHeaders),
    Middleware(DocumentStyle),
)


def routes(base_path: str) -> tuple[BaseRoute, ...]:
    """What the app answers itself below ``base_path``; Streamlit answers the rest.

    How it is is told at the root, too, where those look who know of no path.
    """
    base = "".join(f"/{part}" for part in base_path.split("/") if part)
    return (
        *(
            Route(f"{at}/{name}", answer)
            for at in dict.fromkeys(("", base))
            for name, answer in _FOR_OPERATORS.items()
        ),
        *(Route(f"{base}/{name}", _script) for name in _SCRIPTS),
        Route(f"{base}/{STYLE_NAME}", answer_style),
        Mount(f"{base}/bundle", _ImmutableFiles(directory=BUNDLE)),
        WebSocketRoute(f"{base}/runs/stream", _run_stream),
        Route(f"{base}/runs/poll", _run_polling, methods=["POST"]),
        *api_routes(base),
    )


ROUTES: Final = routes(st.get_option("server.baseUrlPath") or "")
"""What the app answers itself."""
