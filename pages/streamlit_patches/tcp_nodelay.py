"""Sets TCP_NODELAY on the connections of Streamlit's server.

Streamlit binds its socket with ``proto=0``, for which asyncio leaves Nagle's algorithm
on; with a browser's delayed acknowledgements, whatever followed the first message of a
page came 40 ms later on Linux (docs/measurements.md). No Streamlit issue is known
(searched 2026-11); of uvicorn: https://github.com/Kludex/uvicorn/issues/3149
"""

import socket

from starlette.types import ASGIApp, Receive, Scope, Send


class TcpNoDelay:
    """ASGI middleware that lets nothing that is sent wait for a receipt."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on, with TCP_NODELAY on its socket."""
        if scope["type"] in ("http", "websocket"):
            # uvicorn's, which ASGI hides; Starlette wraps the other one, of HTTP
            connection = getattr(receive, "__self__", None)
            if transport := getattr(connection, "transport", None):
                wire = transport.get_extra_info("socket")
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self._app(scope, receive, send)
