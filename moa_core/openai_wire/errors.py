"""Writes errors as OpenAI's protocol has them, with the reason of each member.

Clients try 408, 409, 429 and 5xx again by themselves, whatever they are told, and a
run costs many calls: these are only used where nothing was billed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from moa_core.errors import (
    AccessRefusedError,
    CapExceededError,
    CapReachedError,
    ConfigError,
    ContentFilteredError,
    ContextLengthError,
    DeadlineError,
    KeyMissingError,
    KeyRefusedError,
    LocalServerMissingError,
    MoAError,
    NoProposalsError,
    NoSynthesisError,
    ProviderError,
    QuotaSpentError,
    RateLimitedError,
    RunInterruptedError,
    RunStoppedError,
    UnknownEndpointError,
)

NOT_RETRIED: Final = 424
"""Status of a run that failed after something was billed: no client tries it again."""

_RETRIED: Final = frozenset({408, 409, 429, *range(500, 600)})
_TYPES: Final[Mapping[int, str]] = {
    401: "authentication_error",
    402: "insufficient_quota",
    424: "upstream_error",
    429: "rate_limit_error",
}
_ALIKE: Final[tuple[tuple[tuple[type[ProviderError], ...], int, str], ...]] = (
    (
        (
            KeyMissingError,
            KeyRefusedError,
            AccessRefusedError,
            UnknownEndpointError,
            LocalServerMissingError,
        ),
        NOT_RETRIED,
        "configuration_required",
    ),
    ((QuotaSpentError,), 402, "provider_quota_spent"),
    ((RateLimitedError,), 429, "rate_limit_exceeded"),
    ((ContextLengthError,), 400, "context_length_exceeded"),
    ((ContentFilteredError,), 400, "content_filter"),
    ((DeadlineError,), NOT_RETRIED, "deadline"),
)
"""What a run is reported as whose members all failed alike."""


class ApiError(MoAError):
    """A request that gets no answer, as its client is told.

    Args:
        status: Of HTTP.
        code: What clients act on, such as ``model_not_found``.
        message: A sentence for people, with the next step.
        param: The parameter that is to blame.
        polyphony: What only we know: ``members``, ``run``, ``calls`` and so on.
        retry_after_s: Seconds after which the same request may succeed; ``None`` where
            a client must not send it again by itself.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        param: str | None = None,
        polyphony: Mapping[str, Any] | None = None,
        *,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param
        self.polyphony = dict(polyphony or {})
        self.retry_after_s = retry_after_s

    @property
    def type(self) -> str:
        """The kind of error, in OpenAI's words."""
        if self.code == "configuration_required":
            return "configuration_error"
        server = self.status >= 500
        usual = "server_error" if server else "invalid_request_error"
        return _TYPES.get(self.status, usual)

    def body(self) -> dict[str, Any]:
        """The body of the response, or the data of the event, that tells of it."""
        error: dict[str, Any] = {
            "message": str(self),
            "type": self.type,
            "param": self.param,
            "code": self.code,
        }
        if self.polyphony:
            error["polyphony"] = self.polyphony
        return {"error": error}

    def headers(self) -> dict[str, str]:
        """Headers that say whether the request may be sent again."""
        if self.retry_after_s is None:
            return {"x-should-retry": "false"}
        wait_s = max(1, round(self.retry_after_s))
        return {"x-should-retry": "true", "retry-after": str(wait_s)}


def api_error_of(error: MoAError, *, billed: bool = False) -> ApiError:
    """``error`` as a client is told.

    Args:
        error: Why there is no answer.
        billed: Whether calls were billed, or may have been.
    """
    match error:
        case ApiError():
            told = error
        case CapExceededError() | CapReachedError():
            told = ApiError(402, "cap_exceeded", _said(error))
        case NoProposalsError() | NoSynthesisError():
            told = _of_members(error)
        case RunStoppedError() | RunInterruptedError():
            message = "The run was stopped before it had an answer."
            told = ApiError(NOT_RETRIED, "run_stopped", message)
        case ConfigError():
            told = ApiError(400, "bad_mixture", _said(error))
        case _:
            told = ApiError(500, "internal_error", _said(error))
    if billed and told.status in _RETRIED:
        told.status, told.retry_after_s = NOT_RETRIED, None
    return told


def _of_members(error: NoProposalsError | NoSynthesisError) -> ApiError:
    """The error of a run whose models failed; its message repeats every reason."""
    failures = error.failures
    members = [member(each) for each in failures]
    proposers = isinstance(error, NoProposalsError)
    status, code = NOT_RETRIED, "panel_failed" if proposers else "aggregator_failed"
    for kinds, its_status, its_code in _ALIKE:
        if failures and all(isinstance(each, kinds) for each in failures):
            status, code = its_status, its_code
    what = str(error) if proposers else "No final answer."
    reasons = " ".join(dict.fromkeys(map(_reason, failures)))
    message = " ".join(filter(None, (what, reasons, error.advice)))
    return ApiError(status, code, message, polyphony={"members": members})


def _reason(error: ProviderError) -> str:
    sentence = str(error)
    return sentence if error.model in sentence else f"{error.model}: {sentence}"


def member(error: ProviderError) -> dict[str, Any]:
    """Why one call failed, as JSON values."""
    about: dict[str, Any] = {
        "model": f"{error.endpoint}/{error.model}",
        "kind": error_kind(error),
        "sentence": str(error),
        "advice": error.advice,
    }
    return about | ({"http_status": error.http_status} if error.http_status else {})


def members_of(errors: Iterable[ProviderError]) -> list[dict[str, Any]]:
    """Why each of these calls failed, as JSON values."""
    return [member(each) for each in errors]


def error_kind(error: MoAError) -> str:
    """The kind of an error as clients know it, for example ``key_missing``."""
    name = type(error).__name__.removesuffix("Error")
    return _WORD_START.sub("_", name).lower()


_WORD_START: Final = re.compile(r"(?<!^)(?=[A-Z])")


def _said(error: MoAError) -> str:
    return f"{error} {error.advice}".strip()
