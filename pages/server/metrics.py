"""Answers `/metrics` to whoever has the token, where there is one.

It is no page of the app: behind a proxy on the same machine everybody seems to be here,
so the address of a reader proves nothing.
"""

import secrets

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services import metrics, server_settings
from services.observability import CONTENT_TYPE

_NO_STORE = {"Cache-Control": "no-store"}


async def answer_metrics(request: Request) -> Response:
    """Answer with the metrics; 404 where there are none, 401 without the token."""
    counted, token = metrics(), server_settings().metrics_token
    if counted is None:
        return PlainTextResponse("not found\n", 404, headers=_NO_STORE)
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    right = secrets.compare_digest(sent.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not right:
        headers = {**_NO_STORE, "WWW-Authenticate": "Bearer"}
        return PlainTextResponse("unauthorized\n", 401, headers=headers)
    return Response(counted.text(), headers={**_NO_STORE, "Content-Type": CONTENT_TYPE})
