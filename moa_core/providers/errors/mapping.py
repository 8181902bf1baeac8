"""Maps a failed call to our error, with a sentence for users."""

import logging
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Self
from urllib.parse import urlsplit

from moa_core.errors import ContextLengthError, ImagesRefusedError, ProviderError
from moa_core.providers.errors.classification import status_phrase
from moa_core.providers.errors.failure import Failure
from moa_core.providers.errors.images import Blamed, blamed_of_images, may_be_the_images
from moa_core.providers.errors.kinds import KINDS, KindName
from moa_core.providers.errors.labels import label_of
from moa_core.settings import EndpointSettings
from moa_core.text import one_line, redact

LONGEST_SAID = 240
"""Characters that are shown of what a server says: one or two sentences."""

_log = logging.getLogger(__name__)


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
        """``text`` without secrets and steering characters, as part of a sentence."""
        line = one_line(redact(text, self.secrets), 2 * LONGEST_SAID).rstrip(". :")
        if len(line) <= LONGEST_SAID:
            return line
        cut = line[: LONGEST_SAID - 1]
        words, blank, _ = cut.rpartition(" ")
        # a text without blanks, as Chinese is, is cut anywhere
        whole = words if blank and len(words) > LONGEST_SAID / 2 else cut
        return whole.rstrip(" ,;:.(") + "…"

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


def failure_of(error: Exception) -> Failure:
    """What ``error`` reports, read once; where a surprise came from is logged."""
    failure = Failure.from_exception(error)
    if failure.kind == "unexpected" and not isinstance(error, ProviderError):
        _log_place(error)
    return failure


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
        failure = failure_of(failure)
    match failure.kind:
        case "response" | "in stream":
            return _refusal_error(failure, target)
        case "address":
            return wrong_address_error(target, "cannot be called at this address")
        case "malformed" if answering:
            return _said(target, "unreadable", failure)
        case "timeout" | "lost" | "unreachable" | "tls" | "no tls" if answering:
            return _said(target, "lost in the answer", failure)
        case kind:
            return _said(target, kind, failure)


def image_error(failure: Failure | None, target: CallTarget) -> ProviderError | None:
    """The error of a request with images that was clearly refused for them."""
    blamed = blamed_of_images(failure)
    if failure is None or blamed is None:
        return None
    error = _said(target, _BLAMED[blamed], failure)
    if isinstance(error, ImagesRefusedError):
        error.lasting = blamed == "model"
    return error


def suspected_images(error: ProviderError) -> ProviderError:
    """``error``, as a refusal of the images where it may be about them."""
    if not may_be_the_images(error):
        return error
    return ImagesRefusedError(
        str(error),
        endpoint=error.endpoint,
        model=error.model,
        http_status=error.http_status,
    )


_BLAMED: Mapping[Blamed, KindName] = {"model": "no images", "images": "these images"}


def wrong_address_error(
    target: CallTarget, what: str, status: int | None = None
) -> ProviderError:
    """The error for an address that is no model server's; ``what`` it does instead."""
    return _said(target, "address", Failure(kind="address", status=status), what=what)


def web_page_error(target: CallTarget, page: str) -> ProviderError:
    """The error for a web page that came instead of an answer, with HTTP 200."""
    return _refusal_error(Failure.from_chunk(page), target)


def compressed_error(target: CallTarget, coding: str) -> ProviderError:
    """The error for an answer in a ``coding`` that was not asked for."""
    said = target.clean(coding)
    return _said(target, "compressed", Failure(kind="compressed"), what=said)


def _log_place(error: Exception) -> None:
    """Log where a surprise came from; not what it says, which may hold a key."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    _log.error("a model call raised %s at %s", type(error).__name__, where)


def _refusal_error(failure: Failure, target: CallTarget) -> ProviderError:
    """The error for a response, or for an error inside a stream."""
    if failure.status is not None and 300 <= failure.status < 400:
        place = target.clean(failure.location) or "elsewhere"
        what = f"sends us on to {place}, where your key and question are not sent"
        return wrong_address_error(target, what, failure.status)
    kind = failure.refusal
    if kind == "key" and not target.secrets:
        kind = "no key"
    error = _said(target, kind, failure)
    if error.retryable:
        error.retry_after_s = failure.retry_after_s
    return error


def _said(
    target: CallTarget,
    kind: KindName,
    failure: Failure,
    what: str = "takes no calls at this address",
) -> ProviderError:
    """The error of ``kind``, in its words and the server's."""
    status, model = failure.status, target.clean(target.model)
    phrase = status_phrase(status) if status else ""
    told = target.clean(failure.message)
    title = target.clean(failure.page or "") or phrase
    if failure.page is not None and kind in ("server", "address"):
        told = title
    elif told.lower() == phrase.lower() or re.fullmatch(r"(?i)error code: \d+", told):
        told = phrase if kind in ("server", "policy") else ""
    named = (
        f" (status {status}, {phrase})"
        if phrase and not told
        else f" (status {status})"
    )
    wait_s = failure.retry_after_s
    sentence = KINDS[kind].sentence.format(
        label=target.label,
        address=target.address,
        model=model or "for chat",
        to_model=f" to {model}" if model else "",
        variable=f" ({target.key_variable})" if target.key_variable else "",
        status=named if status else "",
        number=status,
        title=f" ({title})" if title else "",
        wait=f"; retry in {_duration(wait_s)}" if wait_s else "",
        renewed=f" for {_duration(wait_s)}" if wait_s and wait_s >= 3600 else "",
        window=f" ({failure.window})" if failure.window else "",
        said=f": {told}" if told else "",
        reason=told or "no reason given",
        type=failure.type,
        what=what,
    )
    # a question or an exclamation of the server's ends our sentence as well
    error = target.error(
        KINDS[kind].error, re.sub(r"([?!…。！？])\.$", r"\1", sentence), status
    )
    if KINDS[kind].advice:
        error.advice = KINDS[kind].advice
    if isinstance(error, ContextLengthError) and (window := failure.window):
        error.window_tokens = window.model_tokens
        error.prompt_tokens = window.prompt_tokens
    if kind == "proxy refused" and status == 401:  # some have no other for a wrong key
        error.advice = f"Check the key in Settings. {error.advice}"
    return error


def _duration(seconds: float) -> str:
    """``3 s``, ``4 min`` or ``7 h``."""
    if seconds < 120:
        return f"{ceil(seconds)} s" if seconds >= 1 else "a moment"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
