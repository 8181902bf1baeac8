"""Takes requests for chat completions, and starts the runs that answer them."""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from moa_core.openai_wire import ApiError, ApiRequest, ApiRun, read_images, read_request
from pages.server.api.authentication import authenticate
from pages.server.api.closing import CLOSING
from pages.server.api.completion import Completion
from pages.server.api.event_feed import EventFeed
from pages.server.api.places import PLACES
from pages.server.api.request_body import ClientLeftError, read_request_body
from pages.server.api.responses import error_response, error_told
from pages.widgets.layout import CONVERSATION, served_at
from services import Services
from services.api import ApiAsking
from storage.api import ApiKey


async def complete_chat(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request; one that cannot be answered gets an error, and no run."""
    headers, completion = Headers(scope=scope), None
    try:
        if CLOSING.is_set():
            raise _shutting_down()
        app, key = await authenticate(headers)
        with PLACES.taken(key.uid):
            body = await read_request_body(headers, receive)
            request = await asyncio.to_thread(_read, body)
            completion = await _begin(app, key, request)
            await completion.answer(scope, receive, send)
    except ClientLeftError:
        return
    except Exception as error:  # noqa: BLE001 - a bug, too, is told in words
        told = error_told(error, begun=completion is not None)
        with suppress(RuntimeError):  # the response has begun: it ends here
            await error_response(told)(scope, receive, send)


def _read(body: bytes) -> ApiRequest:
    return read_images(read_request(body))


async def _begin(app: Services, key: ApiKey, request: ApiRequest) -> Completion:
    feed = EventFeed(end_only=not request.stream)
    asking = ApiAsking(app.asking(), app.presets, app.api_runs)
    begun = await asyncio.to_thread(asking.start, request, key, feed.tell)
    opened = served_at(app.settings.public_url)  # whatever host a request names
    run = ApiRun(
        request=begun.request,
        uid=begun.live.uid,
        url=f"{opened}/?{CONVERSATION}={begun.conversation_uid}",
        panel=begun.panel,
        key_expose=key.expose,
    )
    return Completion(run, begun.live, feed, app.live)


def _shutting_down() -> ApiError:
    message = "Polyphony is shutting down. Ask again when it is back."
    return ApiError(503, "shutting_down", message, retry_after_s=5)
