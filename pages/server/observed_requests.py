"""Counts requests to the API, and logs each request where the log is JSON.

A line has no more of an address than its path: what follows a question mark may name a
chat or open a shared link. Whoever asks whether we are alive leaves no line.
"""

import logging
import re
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import metrics, server_settings

_log = logging.getLogger(__name__)

_UNTOLD: Final = ("/healthz", "/readyz", "/metrics", "/_stcore/health")
_API: Final = re.compile(r"(?:^|/)v1(?:/(models|chat/completions)\b)?(?:/|$)")
_LONGEST_PATH: Final = 200
_NO_STATUS: Final = 499
"""Nothing was answered: whoever asked has gone away."""


class ObservedRequests:
    """ASGI middleware around everything that the server answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; tell of it when it has been answered."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        status, began_s = _NO_STATUS, time.perf_counter()

        async def send_and_see(message: Message) -> None:
            nonlocal status
            status = _status_of(message, status)
            await send(message)

        try:
            await self._app(scope, receive, send_and_see)
        except Exception:
            status = 500 if status == _NO_STATUS else status
            raise
        finally:
            _tell(scope, status, time.perf_counter() - began_s)


def _status_of(message: Message, before: int) -> int:
    match message:
        case {
            "type": "http.response.start" | "websocket.http.response.start",
            "status": int(status),
        }:
            return status
        case {"type": "websocket.accept"}:
            return 101
        case {"type": "websocket.close"} if before == _NO_STATUS:
            return 403
    return before


def _tell(scope: Scope, status: int, took_s: float) -> None:
    path: str = scope["path"]
    if (counted := metrics()) and (api := _API.search(path)):
        counted.request_answered(api[1] or "other", status)
    if server_settings().log_format != "json" or path.endswith(_UNTOLD):
        return
    method = scope.get("method", "WEBSOCKET")
    request = {
        "method": method,
        "path": path[:_LONGEST_PATH],
        "status": status,
        "duration_ms": round(took_s * 1000, 1),
    }
    _log.info("%s %s %d", method, path, status, extra={"request": request})
