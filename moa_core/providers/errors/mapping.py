"""Maps a failed call to our error, with a sentence for users."""

import logging
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from moa_core.errors import (
    AccessRefusedError,
    BrokenStreamError,
    ContentFilteredError,
    ContextLengthError,
    EmptyAnswerError,
    KeyMissingError,
    KeyRefusedError,
    ModelNotFoundError,
    ProviderError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    ServerFailedError,
    UnreachableError,
)
from moa_core.providers.errors.failure import Failure, FailureKind
from moa_core.settings import SIMULATED, EndpointSettings
from moa_core.text import redact

_CHECK_ADDRESS = "Check the endpoint's address; it usually ends with /v1."

_LABELS: Mapping[str, str] = {
    "openai": "OpenAI",
    "together": "Together",
    "ollama": "Ollama",
    "lm-studio": "LM Studio",
    "llama-cpp": "llama.cpp",
    "vllm": "vLLM",
    "groq": "Groq",
    "openrouter": "OpenRouter",
    SIMULATED: "Simulated",
}
_BY_CODE: Mapping[str, type[ProviderError]] = {
    "insufficient_quota": QuotaSpentError,
    "insufficient_balance": QuotaSpentError,
    "billing_hard_limit_reached": QuotaSpentError,
    "model_not_found": ModelNotFoundError,
    "model_not_available": ModelNotFoundError,
    "invalid_model": ModelNotFoundError,
    "unknown_model": ModelNotFoundError,
    "content_filter": ContentFilteredError,
    "content_policy_violation": ContentFilteredError,
    "context_length_exceeded": ContextLengthError,
    "exceed_context_size_error": ContextLengthError,
    "invalid_api_key": KeyRefusedError,
}
_BY_STATUS: Mapping[int, type[ProviderError]] = {
    401: KeyRefusedError,
    402: QuotaSpentError,
    404: ModelNotFoundError,
    408: ServerFailedError,
    409: ServerFailedError,
    413: ContextLengthError,
    429: RateLimitedError,
}
_CONTEXT = re.compile(
    r"context[ _](length|window|size)|prompt is too long|maximum context"
    r"|exceeds? (the )?(available |maximum )?context|input is too long"
)
_QUOTA = re.compile(r"credit limit|insufficient (balance|credit|fund|quota)|billing")
_NO_MODEL = re.compile(
    r"model.{0,120}(not (be )?found|(does not|doesn't|not) exist|not available)"
    r"|(invalid|unknown|no such) model"
)
_RATE = re.compile(r"rate.?limit|too many requests")
_OVERLOADED = re.compile(r"overload|server_error|internal|unavailable|capacity")

_SENTENCES: Mapping[type[ProviderError], str] = {
    KeyRefusedError: "{label} refuses the key.",
    KeyMissingError: "{label} wants a key{variable}.",
    AccessRefusedError: "{label} does not let this key use {model}{detail}.",
    QuotaSpentError: "{label} says that the account has no credit left.",
    ModelNotFoundError: "{label} has no model {model}.",
    ContextLengthError: "{label} says that the prompt is too long for {model}{detail}.",
    ContentFilteredError: "{label} withheld the answer by its content rules{detail}.",
    RateLimitedError: "{label} asks us to slow down{wait}.",
    ServerFailedError: "{label} failed{status}{detail}.",
    BrokenStreamError: "{label} broke the answer off{detail}.",
    RequestRefusedError: "{label} refuses the request{status}{detail}.",
}
"""Of error responses and errors inside a stream."""

_EXCEPTIONS: Mapping[FailureKind, tuple[type[ProviderError], str]] = {
    "unreachable": (UnreachableError, "Nothing answers at {address}."),
    "unknown host": (UnreachableError, "No host is known as {address}."),
    "certificate": (
        UnreachableError,
        "{label} shows a certificate that is not trusted.",
    ),
    "timeout": (UnreachableError, "{label} did not answer in time."),
    "lost": (BrokenStreamError, "{label} closed the connection without an answer."),
    "unreadable": (BrokenStreamError, "{label} sent something unreadable."),
    "filtered": (ContentFilteredError, "{label} withheld the answer."),
    "cut": (EmptyAnswerError, "{label} ran out of tokens before the answer."),
    "status": (ServerFailedError, "{label} failed: {reason}."),
    "refused": (RequestRefusedError, "{label} refuses the request: {reason}."),
    "unexpected": (ServerFailedError, "{label} failed unexpectedly ({type})."),
}
"""Of exceptions that come without a response."""

_log = logging.getLogger(__name__)


def label_of(name: str) -> str:
    """The label that users know the endpoint ``name`` by."""
    return _LABELS.get(name, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTarget:
    """The endpoint and model that a call goes to.

    Attributes:
        endpoint: Name of the endpoint.
        model: Model as the endpoint spells it.
        address: Host and port, without credentials.
        secrets: Values that must not appear in any text.
    """

    endpoint: str
    model: str
    address: str
    key_variable: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, endpoint: EndpointSettings, model: str) -> Self:
        """The target of a call to ``model`` at ``endpoint``."""
        return cls(
            endpoint=endpoint.name,
            model=model,
            address=urlsplit(endpoint.base_url).netloc.rpartition("@")[2],
            key_variable=endpoint.key_variable,
            secrets=(endpoint.api_key,) if endpoint.api_key else (),
        )

    @property
    def label(self) -> str:
        """The label that users know the endpoint by."""
        return label_of(self.endpoint)

    def clean(self, text: str) -> str:
        """``text`` without secrets, as part of a sentence."""
        return redact(text, self.secrets).rstrip(". ")

    def error(
        self, kind: type[ProviderError], sentence: str, http_status: int | None = None
    ) -> ProviderError:
        """An error of this call."""
        return kind(
            sentence,
            endpoint=self.endpoint,
            model=self.model,
            http_status=http_status or None,
        )


def call_error(
    failure: Failure | Exception, target: CallTarget, *, answering: bool = False
) -> ProviderError:
    """The error that a failed call is reported as.

    Args:
        failure: What the server reported, or anything that an SDK, its transport or a
            socket raised; one of our own errors is returned as it is.
        target: The call.
        answering: Whether the answer had begun; then a lost connection broke it off.
    """
    if isinstance(failure, ProviderError):
        return failure
    if isinstance(failure, Exception):
        exception, failure = failure, Failure.from_exception(failure)
        if failure.kind == "unexpected":
            _log_place(exception)
    if failure.kind in ("response", "in stream"):
        return _refusal_error(failure, target)
    if answering and failure.kind in ("timeout", "lost", "unreachable"):
        lost = f"The connection to {target.label} was lost in the middle of the answer."
        return target.error(BrokenStreamError, lost)
    if failure.kind == "address":
        return wrong_address_error(target, "cannot be called at this address")
    error, sentence = _EXCEPTIONS[failure.kind]
    words = {
        "label": target.label,
        "address": target.address,
        "reason": target.clean(failure.message) or "no reason given",
        "type": failure.type,
    }
    return target.error(error, sentence.format(**words))


def wrong_address_error(
    target: CallTarget, what: str, status: int | None = None
) -> ProviderError:
    """The error for an address that is no model server's; ``what`` it does instead."""
    error = target.error(RequestRefusedError, f"{target.label} {what}.", status)
    error.advice = _CHECK_ADDRESS
    return error


def _log_place(error: Exception) -> None:
    """Log where a surprise came from; not what it says, which may hold a key."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    _log.error("a model call raised %s at %s", type(error).__name__, where)


def _refusal_error(failure: Failure, target: CallTarget) -> ProviderError:
    """The error for a response, or for an error inside a stream."""
    status, wait_s = failure.status, failure.retry_after_s
    if status is not None and 300 <= status < 400:
        place = target.clean(failure.location) or "elsewhere"
        what = f"sends us on to {place}, where your key and question are not sent"
        return wrong_address_error(target, what, status)
    kind = _kind(failure)
    if kind is KeyRefusedError and not target.secrets:
        kind = KeyMissingError
    model, detail = target.clean(target.model), target.clean(failure.message)
    if status == 404 and "model" not in failure.body:  # maybe the address is wrong
        sentence = f"has no model {model or 'for chat'}, or not at this address."
        error = target.error(ModelNotFoundError, f"{target.label} {sentence}", status)
        error.advice = f"Choose a model that this endpoint lists. {_CHECK_ADDRESS}"
        return error
    sentence = _SENTENCES[kind].format(
        label=target.label,
        model=model,
        variable=f" ({target.key_variable})" if target.key_variable else "",
        status=f" (status {status})" if status else "",
        wait=f" and to wait {wait_s:.0f} s" if wait_s else "",
        detail=f": {detail}" if detail else "",
    )
    error = target.error(kind, sentence, status)
    if isinstance(error, RateLimitedError):
        error.retry_after_s = wait_s
    return error


def _kind(failure: Failure) -> type[ProviderError]:
    """The class of error that fits best: by code, then by status, then by words."""
    status = failure.status
    for name in (failure.code.lower(), failure.type.lower()):
        if name in _BY_CODE:
            return _BY_CODE[name]
    if status == 503 and failure.retry_after_s is not None:
        return RateLimitedError
    if status is not None and status in _BY_STATUS:
        return _BY_STATUS[status]
    if _CONTEXT.search(failure.body):
        return ContextLengthError
    if status is None:
        if _RATE.search(failure.body):
            return RateLimitedError
        overloaded = _OVERLOADED.search(failure.body)
        return ServerFailedError if overloaded else BrokenStreamError
    return ServerFailedError if status >= 500 else _kind_by_words(status, failure.body)


def _kind_by_words(status: int, body: str) -> type[ProviderError]:
    if _QUOTA.search(body):
        return QuotaSpentError
    if status == 403:
        return AccessRefusedError
    return ModelNotFoundError if _NO_MODEL.search(body) else RequestRefusedError
