"""Links our styles in Streamlit's document, so that nothing moves when they come.

Drawn as an element of the page they come a second after what they lay out: widths and
paddings changed under the reader's eyes, and the room of the sidebar was not kept.
Nothing can be added to the document. No upstream issue known (searched 2026-11).
"""

from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HERE: Final = Path(__file__).parent
_NAMES: Final = ("text", "composer", "accessibility", "loading", "width", "account")
STYLE_NAME: Final = "corrections.css"
"""What the server must answer at, with ``answer_style``."""

_LINK: Final = f'<link rel="stylesheet" href="./{STYLE_NAME}">'.encode()
_END: Final = b"</body>"  # behind the styles that Streamlit puts into the head
_CONDITIONS: Final = {
    b"accept-encoding", b"if-none-match", b"if-modified-since", b"range",
}  # fmt: skip
"""Of a request: its answer depends on Streamlit's file, not on ours."""


async def answer_style(request: Request) -> Response:
    """Answer with all styles."""
    parts = ((_HERE / f"{name}.css").read_text("utf-8") for name in _NAMES)
    headers = {"Cache-Control": "no-cache"}
    return Response("".join(parts), media_type="text/css", headers=headers)


class DocumentStyle:
    """ASGI middleware that links ``STYLE_NAME`` in every HTML document."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to the answer if it is a document."""
        if scope["type"] != "http" or not _wants_document(scope):
            await self._app(scope, receive, send)
            return
        headers = [h for h in scope["headers"] if h[0].lower() not in _CONDITIONS]
        await self._app({**scope, "headers": headers}, receive, _Linking(send))


class _Linking:
    """Sends what it gets; of a document all at once, with the link in it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_document(message):
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = self._body.replace(_END, _LINK + _END)
        headers = MutableHeaders(scope=start)
        headers["content-length"] = str(len(body))
        for name in ("etag", "last-modified", "accept-ranges"):
            del headers[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _wants_document(scope: Scope) -> bool:
    accepts = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and "text/html" in accepts


def _is_document(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return kind.startswith("text/html")
