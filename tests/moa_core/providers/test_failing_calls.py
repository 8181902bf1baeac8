import asyncio
import json
import socket

import pytest

from moa_core.errors import (
    AccessRefusedError,
    BrokenStreamError,
    ContentFilteredError,
    ContextLengthError,
    EmptyAnswerError,
    KeyMissingError,
    KeyRefusedError,
    ModelNotFoundError,
    ProxyFailedError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    ServerFailedError,
    TokensUsedUpError,
    UnreachableError,
)
from moa_core.providers.streaming import connections as pool
from moa_core.run.completion import Finish
from tests.moa_core.providers.conftest import Client
from tests.model_server import TEXT, Play


def event(content=None, finish=None, **more):
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n".encode()


@pytest.mark.parametrize(
    ("play", "error", "words"),
    [
        (Play(fault="drop"), BrokenStreamError, "connection to lab was lost"),
        (Play(fault="end"), BrokenStreamError, "before its end"),
        (Play(finish=None, done=False), BrokenStreamError, "before its end"),
        (Play(finish="error"), BrokenStreamError, "before its end"),
        (Play(fault="garbage"), BrokenStreamError, "unreadable"),
        (Play(wire=[b"data: 7\n\n"]), BrokenStreamError, "before its end"),
        (Play(fault="error"), ServerFailedError, "upstream overloaded"),
        (Play(finish="content_filter"), ContentFilteredError, "content rules"),
    ],
)
async def test_an_answer_that_breaks_off_keeps_what_came(
    client, model_server, play, error, words
):
    model_server.plays["m"] = play
    with pytest.raises(error, match=words):
        await client.ask("m")
    if play.wire is None:
        assert TEXT.startswith(client.text())
        assert client.text()
    assert not any(isinstance(item, Finish) for item in client.items)


async def test_an_error_inside_a_stream_may_carry_a_status(client, model_server):
    error = b'data: {"error": {"message": "slow down", "code": 429}}\n\n'
    model_server.plays["m"] = Play(wire=[event("hi"), error])
    with pytest.raises(RateLimitedError):
        await client.ask("m")


async def test_an_answer_without_text_is_an_error(client, model_server):
    model_server.plays["m"] = Play(pieces=("\n", " ", "\u200b"), usage=None)
    with pytest.raises(EmptyAnswerError, match="m sent an empty answer"):
        await client.ask("m")


async def test_reasoning_that_used_up_the_tokens_is_named(client, model_server):
    model_server.plays["m"] = Play(pieces=(), reasoning=("Hm",), finish="length")
    with pytest.raises(TokensUsedUpError, match="its 50 tokens on reasoning") as caught:
        await client.ask("m", max_tokens=50)
    assert not caught.value.retryable
    assert "Raise the maximum answer length" in caught.value.advice


def refusing(status, message="", **more):
    return Play(status=status, body={"error": {"message": message, **more}})


@pytest.mark.parametrize(
    ("play", "error"),
    [
        (refusing(401, "Incorrect API key provided"), KeyRefusedError),
        (refusing(403, "not for you"), AccessRefusedError),
        (refusing(429, "quota", code="insufficient_quota"), QuotaSpentError),
        (refusing(402, "credit limit exceeded"), QuotaSpentError),
        (refusing(404, "The model m does not exist"), ModelNotFoundError),
        (refusing(400, "invalid model m"), ModelNotFoundError),
        (refusing(400, "no", code="context_length_exceeded"), ContextLengthError),
        (refusing(400, "maximum context length is 8192"), ContextLengthError),
        (refusing(413, "too large"), ContextLengthError),
        (refusing(400, "no", code="content_filter"), ContentFilteredError),
        (refusing(400, "messages: wrong"), RequestRefusedError),
        (refusing(422, "wrong"), RequestRefusedError),
        (refusing(408), ServerFailedError),
        (refusing(409), ServerFailedError),
        (refusing(500), ServerFailedError),
        (refusing(529, "overloaded"), ServerFailedError),
        (Play(status=502, body="<html>Bad gateway</html>"), ProxyFailedError),
    ],
)
async def test_a_refusal_becomes_the_error_that_fits(client, model_server, play, error):
    model_server.plays["m"] = play
    with pytest.raises(error) as caught:
        await client.ask("m")
    assert caught.value.http_status == play.status
    bodies = [json.dumps(each.body) for each in model_server.calls]
    assert len(set(bodies)) == len(bodies), "the SDK must not retry"


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "1500", "Retry-After": "9"}, 1.5),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
async def test_a_rate_limit_says_how_long_to_wait(
    client, model_server, headers, wait_s
):
    model_server.plays["m"] = Play(status=429, headers=headers, body={"error": {}})
    with pytest.raises(RateLimitedError) as caught:
        await client.ask("m")
    assert caught.value.retry_after_s == wait_s


async def test_a_404_that_names_no_model_may_be_a_wrong_address(
    model_server, connections
):
    client = Client(f"{model_server.base}/elsewhere", connections)
    with pytest.raises(ModelNotFoundError, match="or not at this address") as caught:
        await client.ask()
    assert "/v1" in caught.value.advice


async def test_a_redirect_is_not_followed(client, model_server):
    target = f"{model_server.url}/elsewhere"
    model_server.plays["m"] = Play(status=308, headers={"Location": target}, body={})
    with pytest.raises(RequestRefusedError, match="sends us on to") as caught:
        await client.ask("m")
    assert "address" in caught.value.advice
    assert len(model_server.requests) == 1


async def test_a_web_page_is_no_answer(client, model_server):
    model_server.plays["m"] = Play(wire=[b"\n<!doctype html><p>Welcome"])
    with pytest.raises(RequestRefusedError, match="web page") as caught:
        await client.ask("m")
    assert "/v1" in caught.value.advice


async def test_a_refused_connection_names_the_address(connections):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    client = Client(f"http://127.0.0.1:{port}/v1", connections)
    with pytest.raises(UnreachableError, match=f"Can't reach 127.0.0.1:{port}"):
        await client.ask()


async def test_an_unknown_host_is_named(connections):
    client = Client("http://no-such-host.invalid/v1", connections)
    with pytest.raises(UnreachableError, match=r"Unknown host: no-such-host"):
        await client.ask()


async def test_a_connection_closed_before_the_answer_is_a_broken_stream(connections):
    async def slam(reader, writer):
        await reader.read(10)
        writer.transport.abort()

    server = await asyncio.start_server(slam, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = Client(f"http://127.0.0.1:{port}/v1", connections)
        with pytest.raises(BrokenStreamError, match="without an answer"):
            await client.ask()


async def test_a_host_that_takes_no_connection_is_given_up(connections, monkeypatch):
    assert pool.CONNECT_S == 5
    monkeypatch.setattr(pool, "CONNECT_S", 0.1)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        client = Client(f"http://127.0.0.1:{address[1]}/v1", connections)
        with pytest.raises(UnreachableError, match="in time"):
            await client.ask()
        for each in waiting:
            each.close()


async def test_a_key_that_is_missing_is_said_before_any_call(model_server, connections):
    client = Client(
        model_server.url,
        connections,
        kind="openai",
        api_key=None,
        key_variable="LAB_API_KEY",
    )
    with pytest.raises(KeyMissingError, match="LAB_API_KEY"):
        await client.ask()
    assert not model_server.requests


async def test_a_key_with_foreign_characters_is_refused_here(model_server, connections):
    client = Client(model_server.url, connections, api_key="sk-schlüssel\n")
    with pytest.raises(KeyRefusedError) as caught:
        await client.ask()
    assert "schl" not in str(caught.value)


async def test_an_endpoint_that_wants_a_key_and_has_none_says_so(
    model_server, connections
):
    model_server.plays["m"] = refusing(401, "no key")
    client = Client(
        model_server.url, connections, api_key=None, key_variable="LAB_API_KEY"
    )
    with pytest.raises(KeyMissingError, match="LAB_API_KEY"):
        await client.ask("m")
