"""The kinds of failed calls: the error of each, its sentence and its advice.

Whether a kind is tried again, and whether it may have cost something, is its error's:
``retryable`` and ``billable``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from moa_core.errors import (
    AccessRefusedError,
    BrokenStreamError,
    ConnectionSettingError,
    ContentFilteredError,
    ContextLengthError,
    EmptyAnswerError,
    ImagesRefusedError,
    InvalidResponseError,
    KeyMissingError,
    KeyRefusedError,
    ModelLoadingError,
    ModelNotFoundError,
    PlanLimitError,
    PolicyRefusedError,
    ProviderError,
    ProxyFailedError,
    ProxyRefusedError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    SecureConnectionError,
    ServerFailedError,
    UnreachableError,
    WrongApiError,
)

KindName = Literal[
    "key",
    "no key",
    "permission",
    "policy",
    "account",
    "credit for less",
    "plan",
    "too much at once",
    "slow down",
    "no model",
    "no model or no access",
    "no model or address",
    "wrong api",
    "address",
    "request",
    "too long",
    "filtered",
    "loading",
    "server",
    "proxy failed",
    "proxy refused",
    "in the answer",
    "unreachable",
    "unknown host",
    "certificate",
    "certificate date",
    "certificate name",
    "no tls",
    "wants tls",
    "tls",
    "timeout",
    "lost",
    "lost in the answer",
    "headers",
    "malformed",
    "compressed",
    "unreadable",
    "cut",
    "withheld",
    "refused",
    "unexpected",
    "setting",
    "proxy",
    "web page",
    "proxy limit",
    "status",
    "no images",
    "these images",
]

CHECK_ADDRESS = "Check the endpoint's address; it usually ends in /v1."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of failure.

    Attributes:
        error: What it is raised as.
        sentence: For users. ``{said}`` is the server's own sentence after a colon, or
            nothing; ``{status}`` is `` (status 500)`` or nothing.
        advice: Where the error's own does not fit.
    """

    error: type[ProviderError]
    sentence: str
    advice: str = ""


KINDS: Mapping[KindName, Kind] = {
    "key": Kind(KeyRefusedError, "Invalid API key{said}."),
    "no key": Kind(KeyMissingError, "{label} needs an API key{variable}{said}."),
    "permission": Kind(AccessRefusedError, "{label} denied access{to_model}{said}."),
    "policy": Kind(PolicyRefusedError, "A policy blocks {label} from answering{said}."),
    "account": Kind(QuotaSpentError, "Your {label} credit doesn't cover this{said}."),
    "credit for less": Kind(
        QuotaSpentError,
        "Your {label} credit doesn't cover this{said}.",
        "Allow a shorter answer, add credit, or choose a cheaper model.",
    ),
    "plan": Kind(PlanLimitError, "Your {label} quota is used up{renewed}{said}."),
    "too much at once": Kind(
        PlanLimitError,
        "This is more at once than your {label} plan allows{said}.",
        "Start a new chat, use fewer proposers or a shorter answer, or raise the "
        "limit at the provider.",
    ),
    "slow down": Kind(
        RateLimitedError, "{label} is limiting your requests{wait}{said}."
    ),
    "no model": Kind(ModelNotFoundError, "{label} doesn't offer “{model}”{said}."),
    "no model or no access": Kind(
        ModelNotFoundError,
        "{label} doesn't offer “{model}”, or this key can't use it{said}.",
        "Choose a listed model, or ask the provider for access.",
    ),
    "no model or address": Kind(
        ModelNotFoundError,
        "{label} doesn't offer “{model}”, or not at this address{said}.",
        f"Choose a listed model. {CHECK_ADDRESS}",
    ),
    "wrong api": Kind(WrongApiError, "{label} doesn't offer “{model}” for chat{said}."),
    "address": Kind(RequestRefusedError, "{label} {what}{said}.", CHECK_ADDRESS),
    "request": Kind(RequestRefusedError, "{label} rejected the request{status}{said}."),
    "too long": Kind(
        ContextLengthError, "The prompt is too long for {model}{window}{said}."
    ),
    "filtered": Kind(
        ContentFilteredError, "{label} blocked this under its content rules{said}."
    ),
    "loading": Kind(ModelLoadingError, "{label} is still loading {model}{said}."),
    "server": Kind(ServerFailedError, "{label} failed{status}{said}."),
    "proxy failed": Kind(
        ProxyFailedError,
        "A proxy in front of {label} answered with status {number}{title}{said}.",
    ),
    "proxy refused": Kind(
        ProxyRefusedError,
        "A proxy in front of {label} answered with status {number}{title}{said}.",
    ),
    "in the answer": Kind(BrokenStreamError, "{label} reported an error{said}."),
    "unreachable": Kind(UnreachableError, "Can't reach {address}."),
    "unknown host": Kind(UnreachableError, "Unknown host: {address}."),
    "certificate": Kind(
        SecureConnectionError, "{label}'s certificate isn't trusted{said}."
    ),
    "certificate date": Kind(
        SecureConnectionError,
        "{label}'s certificate isn't valid today{said}.",
        "Renew the server's certificate, or correct this machine's clock.",
    ),
    "certificate name": Kind(
        SecureConnectionError,
        "{label}'s certificate isn't for {address}{said}.",
        "Use an address that the certificate covers, or renew it for this one.",
    ),
    "no tls": Kind(
        SecureConnectionError,
        "{label} doesn't support https at {address}.",
        "Change its address from https:// to http://.",
    ),
    "wants tls": Kind(
        SecureConnectionError,
        "{label} requires https at {address}{said}.",
        "Change its address from http:// to https://.",
    ),
    "tls": Kind(UnreachableError, "Can't make a secure connection to {address}{said}."),
    "timeout": Kind(UnreachableError, "{label} didn't answer in time."),
    "lost": Kind(
        BrokenStreamError,
        "{label} closed the connection without an answer.",
        "Retry. If it keeps happening, check whether its address should start with "
        "http:// or https://.",
    ),
    "lost in the answer": Kind(
        BrokenStreamError, "The connection to {label} was lost mid-answer."
    ),
    "headers": Kind(
        InvalidResponseError, "{label} sent headers that are too long to read."
    ),
    "malformed": Kind(
        InvalidResponseError, "{label} sent a response that isn't valid HTTP{said}."
    ),
    "compressed": Kind(
        InvalidResponseError,
        "{label} sent its answer compressed ({what}), which wasn't asked for.",
        "Ask whoever runs the server, or a proxy in front of it, to send answers "
        "uncompressed or as gzip.",
    ),
    "unreadable": Kind(BrokenStreamError, "{label} sent an unreadable response."),
    "withheld": Kind(ContentFilteredError, "{label} withheld the answer."),
    "cut": Kind(EmptyAnswerError, "{label} ran out of tokens before the answer."),
    "status": Kind(ServerFailedError, "{label} failed: {reason}."),
    "refused": Kind(RequestRefusedError, "{label} rejected the request{said}."),
    "unexpected": Kind(ServerFailedError, "{label} failed unexpectedly ({type})."),
    "setting": Kind(ConnectionSettingError, "{reason}."),
    "proxy": Kind(
        UnreachableError,
        "{reason}.",
        "Start the proxy, correct the variable, or add the host to NO_PROXY.",
    ),
    "web page": Kind(
        RequestRefusedError,
        "{label} returned a web page{title} instead of an answer.",
        CHECK_ADDRESS,
    ),
    "no images": Kind(ImagesRefusedError, "“{model}” takes no images{said}."),
    "these images": Kind(
        ImagesRefusedError,
        "{label} refused the images{status}{said}.",
        "Attach fewer or smaller images, or choose another model.",
    ),
    "proxy limit": Kind(
        ContextLengthError,
        "A proxy in front of {label} answered with status {number}{title}.",
        "The request is too large for it: start a new chat or use fewer proposers.",
    ),
}
