import aiohttp
import httpx
import httpx2
import openai
import openai._exceptions
import pytest
import together
import together._exceptions

from moa_core.errors import (
    BrokenStreamError,
    ContextLengthError,
    KeyRefusedError,
    ProviderError,
    RateLimitedError,
    RequestRefusedError,
    ServerFailedError,
    UnreachableError,
)
from moa_core.providers.errors import bodies
from moa_core.providers.errors.exceptions import KINDS_BY_NAME
from moa_core.providers.errors.failure import Failure
from moa_core.providers.errors.mapping import CallTarget, call_error, failure_of

TARGET = CallTarget(
    endpoint="together", model="m", address="api.test", secrets=("sk-secret-1",)
)
REQUEST = httpx2.Request("POST", "https://api.test/v1/chat/completions")


def exceptions_of(module):
    """The exception classes that ``module`` exports, openai's lazy ones included."""
    names = {*dir(module), *getattr(module, "__all__", ())}
    found = (getattr(module, name, None) for name in names if not name.startswith("_"))
    return {
        cls
        for cls in found
        if issubclass(type(cls), type)  # asking a proxy for its class would load it
        and issubclass(cls, Exception)
        and cls is not Exception
    }


@pytest.mark.parametrize(
    "module",
    [
        openai,
        openai._exceptions,
        together,
        together._exceptions,
        httpx,
        httpx2,
        aiohttp.client_exceptions,
    ],
    ids=lambda module: module.__name__,
)
def test_every_exception_of_the_libraries_is_mapped(module):
    ours = {
        cls
        for cls in exceptions_of(module)
        if cls.__module__.partition(".")[0] == module.__name__.partition(".")[0]
    }
    assert ours
    assert (
        sorted(cls.__name__ for cls in ours if cls.__name__ not in KINDS_BY_NAME) == []
    )


def status_error(status, body, headers=None, sdk=openai):
    library = httpx2 if sdk is openai else httpx
    response = library.Response(
        status,
        headers=headers,
        request=library.Request("POST", "https://api.test/v1/chat/completions"),
    )
    return sdk.APIStatusError("said", response=response, body=body)


@pytest.mark.parametrize("sdk", [openai, together])
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"message": "bad key sk-secret-1"}, KeyRefusedError),
        (429, None, RateLimitedError),
        (500, "<html>", ServerFailedError),
        (422, {"detail": [{"msg": "prompt is too long"}]}, ContextLengthError),
    ],
)
def test_both_sdks_are_understood_alike(sdk, status, body, expected):
    error = call_error(status_error(status, body, sdk=sdk), TARGET)
    assert type(error) is expected
    assert error.http_status == status
    assert "sk-secret" not in str(error)


def test_a_busy_server_that_names_a_time_is_waited_for():
    error = call_error(status_error(503, None, {"Retry-After": "4"}), TARGET)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_s == 4
    assert str(error) == "Together is limiting your requests; retry in 4 s."


def test_the_body_of_a_refusal_is_read_once(monkeypatch):
    """And what it says of tokens is taken from the same reading."""
    read, reads = bodies._parsed, []
    monkeypatch.setattr(bodies, "_parsed", lambda body: reads.append(1) or read(body))
    body = {"error": {"message": "no"}, "usage": {"prompt_tokens": 7}}
    told = failure_of(status_error(400, body))
    error = call_error(told, TARGET)
    assert isinstance(error, RequestRefusedError)
    assert told.document["usage"] == {"prompt_tokens": 7}
    assert reads == [1]


def chained(outer, *causes):
    error = outer
    for cause in causes:
        error.__cause__ = cause
        error = cause
    return outer


@pytest.mark.parametrize(
    ("error", "answering", "expected", "words"),
    [
        (
            chained(
                openai.APITimeoutError(REQUEST),
                httpx2.ConnectTimeout("x"),
                ConnectionRefusedError(),
            ),
            False,
            UnreachableError,
            "Can't reach api.test.",
        ),
        (
            chained(openai.APITimeoutError(REQUEST), httpx2.ConnectTimeout("x")),
            False,
            UnreachableError,
            "Together didn't answer in time.",
        ),
        (
            chained(httpx2.ReadError("x"), aiohttp.ClientPayloadError("x")),
            True,
            BrokenStreamError,
            "The connection to Together was lost mid-answer.",
        ),
        (httpx.RemoteProtocolError("x"), True, BrokenStreamError, "lost"),
        (httpx.ReadTimeout("x"), True, BrokenStreamError, "lost"),
        (
            chained(openai.APIConnectionError(request=REQUEST), ConnectionResetError()),
            False,
            BrokenStreamError,
            "Together closed the connection without an answer.",
        ),
        (KeyError("surprise"), False, ServerFailedError, "unexpectedly (KeyError)"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "y"), True, BrokenStreamError, "unre"),
    ],
)
def test_transport_errors_are_said_in_plain_words(error, answering, expected, words):
    said = call_error(error, TARGET, answering=answering)
    assert type(said) is expected
    assert words in str(said)


def test_our_own_errors_stay_as_they_are():
    ours = ProviderError("x", endpoint="e", model="m")
    assert call_error(ours, TARGET) is ours


def test_every_exception_of_the_sdks_can_be_provider_error():
    for module in (openai._exceptions, together._exceptions):
        for cls in exceptions_of(module):
            error = cls.__new__(cls)
            assert isinstance(call_error(error, TARGET), ProviderError), cls


@pytest.mark.parametrize("text", ["null", "None", "{}", "[]", '""', "undefined", "0"])
def test_an_empty_value_is_no_sentence_of_the_server(text):
    assert Failure.from_response(500, text, {}).message == ""
