"""Responses that break the rules of HTTP, or are compressed unasked: said as they are.

Served by a plain socket: no server library sends them.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest

from moa_core.errors import InvalidResponseError, RequestRefusedError
from tests.moa_core.providers.conftest import Client

BODY = (
    b'data: {"choices": [{"delta": {"content": "Blue."}, "finish_reason": "stop"}]}\n\n'
    b"data: [DONE]\n\n"
)
BROTLI = bytes.fromhex("8b02805468697320697320612062726f746c6903")


def response(header=b"X: y", body=BODY, status=b"HTTP/1.1 200 OK", end=b"\r\n"):
    head = [status, b"Content-Type: text/event-stream", header, b"Connection: close"]
    return end.join(head) + 2 * end + body


@asynccontextmanager
async def serving(answer):
    """The address of a server that sends ``answer``, whatever it is asked."""

    async def serve(reader, writer):
        await reader.readuntil(b"}]")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
async def refusal(connections):
    async def asked(answer, error=InvalidResponseError):
        async with serving(answer) as url:
            with pytest.raises(error) as caught:
                await Client(url, connections).ask()
        return caught.value

    return asked


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (response(b"X Odd: v"), "Invalid header token: X Odd: v"),
        (response(b"no colon"), "Invalid header token: no colon"),
        (response("X-Ödd: v".encode()), "Invalid header token"),
        (response(b"X-Odd: a\0b"), "Invalid HTTP header"),
        (response(b"Content-Length: many"), "Invalid character in Content-Length"),
        (response(status=b"HTTP/2 200 OK"), "Bad status line"),
        (BODY, "Bad status line"),
    ],
)
async def test_a_response_that_is_no_http_is_said_to_be_none(refusal, answer, said):
    error = await refusal(answer)
    assert str(error).startswith(f"lab sent a response that isn't valid HTTP: {said}")
    assert "Blue" not in str(error)
    assert (error.retryable, error.billable) == (False, True)


@pytest.mark.parametrize(
    "answer",
    [
        response(b"X-Odd: caf\xe9"),
        response(b"X-Odd: a\r\n b"),
        response(end=b"\n"),
        response(status=b"HTTP/1.1 200"),
        response(b"Content-Encoding: banana"),
        response(b"Content-Encoding: br"),
    ],
)
async def test_what_can_be_read_is_read(connections, answer):
    async with serving(answer) as url:
        client = Client(url, connections)
        await client.ask()
    assert client.text() == "Blue."


@pytest.mark.parametrize("coding", ["br", "zstd"])
async def test_an_answer_that_stays_compressed_is_said_to_be_so(refusal, coding):
    error = await refusal(response(b"Content-Encoding: " + coding.encode(), BROTLI))
    assert f"compressed ({coding}), which wasn't asked for" in str(error)
    assert "gzip" in error.advice


async def test_nothing_is_quoted_of_a_refusal_that_stays_compressed(refusal):
    coded, status = b"Content-Encoding: br", b"HTTP/1.1 400 Bad Request"
    error = await refusal(response(coded, BROTLI, status), RequestRefusedError)
    assert "brotli" not in str(error)
    assert "status 400, Bad Request" in str(error)
