"""Serves `page.py`; POLICY=on serves it with the app's middleware and patches.

`/wires` says of every WebSocket that was opened whether its messages leave at once.
"""

import os
import socket
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.server import MIDDLEWARE, ROUTES
from pages.streamlit_patches import keep_callbacks_uninterrupted

wires: list[socket.socket] = []


class NoteWires:
    """Keep the socket below every WebSocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on."""
        if scope["type"] == "websocket":
            server = getattr(send, "__self__")  # noqa: B009 - send may be any callable
            wires.append(server.transport.get_extra_info("socket"))
        await self._app(scope, receive, send)


async def tell_wires(request: Request) -> JSONResponse:
    """Answer with TCP_NODELAY of each."""
    option = (socket.IPPROTO_TCP, socket.TCP_NODELAY)
    return JSONResponse([bool(wire.getsockopt(*option)) for wire in wires])


protected = os.environ["POLICY"] == "on"
if protected:
    keep_callbacks_uninterrupted()
served_with = MIDDLEWARE if protected else ()
app = st.App(
    Path(__file__).parent / "page.py",
    middleware=[Middleware(NoteWires), *served_with],
    routes=[*ROUTES, Route("/wires", tell_wires)],
)
