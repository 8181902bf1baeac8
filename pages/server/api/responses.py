"""Writes responses of the API: JSON, with the headers that every one has."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import URL
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from moa_core.errors import MoAError
from moa_core.openai_wire import ApiError, api_error_of
from storage.errors import StorageError

NO_STORE: Final = {"cache-control": "no-store"}

_RETRY_AFTER_S: Final = 5.0
_log = logging.getLogger(__name__)


def run_headers(run_uid: str) -> dict[str, str]:
    """Headers of an answer to a run: its uid, which SDKs show as the request's."""
    return {**NO_STORE, "x-request-id": run_uid, "x-polyphony-run": run_uid}


def stream_headers(run_uid: str) -> list[tuple[bytes, bytes]]:
    """Headers of an answer that is streamed, which nobody between may hold back."""
    headers = {
        "content-type": "text/event-stream; charset=utf-8",
        "x-accel-buffering": "no",
        **run_headers(run_uid),
    }
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def json_response(body: Mapping[str, Any], run_uid: str = "") -> JSONResponse:
    """An answer; to a run, if one is named."""
    return JSONResponse(body, headers=run_headers(run_uid) if run_uid else NO_STORE)


def error_response(error: ApiError, run_uid: str = "") -> JSONResponse:
    """An error; of a run, if one is named."""
    headers = {**(run_headers(run_uid) if run_uid else NO_STORE), **error.headers()}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(error.body(), error.status, headers=headers)


async def answer_unknown(scope: Scope, receive: Receive, send: Send) -> None:
    """Say that an address or a method is not served."""
    what = f"{scope['method']} {URL(scope=scope).path}"[:200]
    message = f"{what} is not served. Polyphony answers /v1/models and, to POST, "
    error = ApiError(404, "unknown_url", message + "/v1/chat/completions.")
    await error_response(error)(scope, receive, send)


def error_told(error: Exception, *, begun: bool = False) -> ApiError:
    """What a client is told of an error that no run has; the log says more.

    Args:
        error: What happened; one of a bug has its traceback in the log alone.
        begun: Whether a run was begun, so that nobody may ask again by himself.
    """
    if isinstance(error, StorageError):
        _log.error("The API could not use the database: %s", error)
        message = "Polyphony's database cannot be used now; its log says why."
        return ApiError(503, "storage_error", message, retry_after_s=_RETRY_AFTER_S)
    if isinstance(error, MoAError):
        return api_error_of(error)
    _log.error("A request to the API failed for a reason of our own", exc_info=error)
    message = "This is a bug in Polyphony; please report it with the log."
    return api_error_of(ApiError(500, "internal_error", message), billed=begun)
