"""Reads the body of a request, no further than it may be long, nor for ever."""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive

from moa_core.openai_wire import MOST_BYTES, ApiError

LONGEST_S: Final = 60.0
"""So long may a body take to arrive."""


class ClientLeftError(Exception):
    """The client has gone away before its request was whole."""


async def read_request_body(headers: Headers, receive: Receive) -> bytes:
    """The body of a request.

    Raises:
        ApiError: It is too long, too slow or compressed.
        ClientLeftError: Nobody is there to be answered.
    """
    encoding = headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        message = f"Send the body as it is, without Content-Encoding: {encoding[:40]}."
        raise ApiError(415, "unsupported_encoding", message)
    length = headers.get("content-length", "0")
    if length.isdecimal() and (len(length) > 12 or int(length) > MOST_BYTES):
        raise _too_long()
    try:
        async with asyncio.timeout(LONGEST_S):
            return await _read(receive)
    except TimeoutError:
        message = f"The body did not arrive within {LONGEST_S:g} seconds."
        raise ApiError(408, "request_timeout", message) from None


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise _too_long()
        if not message.get("more_body", False):
            return bytes(body)


def _too_long() -> ApiError:
    message = f"The body is larger than {MOST_BYTES >> 20} MB. Send fewer messages."
    return ApiError(413, "request_too_large", message)
