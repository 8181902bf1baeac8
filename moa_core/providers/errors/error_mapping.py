"""Our error, in words for users, for what a model server says when it refuses."""

import re
from collections.abc import Mapping

from moa_core.errors import (
    AccessRefusedError,
    BrokenStreamError,
    ContentFilteredError,
    ContextLengthError,
    KeyMissingError,
    KeyRefusedError,
    ModelNotFoundError,
    ProviderError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    ServerFailedError,
)
from moa_core.providers.errors.error_response import Refusal
from moa_core.providers.errors.origin import CallTarget

CHECK_ADDRESS = "Check the endpoint's address; it usually ends with /v1."

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


def refused(refusal: Refusal, origin: CallTarget) -> ProviderError:
    """Our error for ``refusal``, an error response or an error inside a stream."""
    status = refusal.status
    if status is not None and 300 <= status < 400:
        target = origin.clean(refusal.location) or "elsewhere"
        what = f"sends us on to {target}, where your key and question are not sent"
        return at_wrong_address(origin, what, status)
    kind = _kind(refusal)
    if kind is KeyRefusedError and not origin.secrets:
        kind = KeyMissingError
    if status == 404 and "model" not in refusal.saying:
        return _lost_way(origin)
    sentence = _sentence(kind, refusal, origin)
    if kind is RateLimitedError:
        return RateLimitedError(
            sentence,
            endpoint=origin.endpoint,
            model=origin.model,
            http_status=status,
            retry_after_s=refusal.retry_after_s,
        )
    return origin.failed(kind, sentence, status)


def _lost_way(origin: CallTarget) -> ProviderError:
    """A 404 that names no model: it may as well be the address that is wrong."""
    model = origin.clean(origin.model) or "for chat"
    error = origin.failed(
        ModelNotFoundError,
        f"{origin.label} has no model {model}, or not at this address.",
        404,
    )
    error.advice = f"Choose a model that this endpoint lists. {CHECK_ADDRESS}"
    return error


def at_wrong_address(
    origin: CallTarget, what: str, status: int | None = None
) -> ProviderError:
    """The endpoint's address is not that of a model server."""
    error = origin.failed(RequestRefusedError, f"{origin.label} {what}.", status)
    error.advice = CHECK_ADDRESS
    return error


def _sentence(kind: type[ProviderError], refusal: Refusal, origin: CallTarget) -> str:
    said = origin.clean(refusal.message)
    wait_s = refusal.retry_after_s
    return _SENTENCES[kind].format(
        label=origin.label,
        model=origin.clean(origin.model),
        variable=f" ({origin.key_variable})" if origin.key_variable else "",
        status=f" (status {refusal.status})" if refusal.status else "",
        wait=f" and to wait {wait_s:.0f} s" if wait_s else "",
        detail=f": {said}" if said else "",
    )


def _kind(refusal: Refusal) -> type[ProviderError]:
    """The class of error that fits best: by code, then by status, then by words."""
    for name in (refusal.code.lower(), refusal.kind.lower()):
        if name in _BY_CODE:
            return _BY_CODE[name]
    if refusal.status is None:
        return _kind_inside_stream(refusal)
    if refusal.status == 503 and refusal.retry_after_s is not None:
        return RateLimitedError
    return _BY_STATUS.get(refusal.status) or _kind_by_words(refusal.status, refusal)


def _kind_by_words(status: int, refusal: Refusal) -> type[ProviderError]:
    if _CONTEXT.search(refusal.saying):
        return ContextLengthError
    if status >= 500:
        return ServerFailedError
    if _QUOTA.search(refusal.saying):
        return QuotaSpentError
    if status == 403:
        return AccessRefusedError
    if _NO_MODEL.search(refusal.saying):
        return ModelNotFoundError
    return RequestRefusedError


def _kind_inside_stream(refusal: Refusal) -> type[ProviderError]:
    if _CONTEXT.search(refusal.saying):
        return ContextLengthError
    if _RATE.search(refusal.saying):
        return RateLimitedError
    if _OVERLOADED.search(refusal.saying):
        return ServerFailedError
    return BrokenStreamError
