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
]

CHECK_ADDRESS = "Check the endpoint's address; it usually ends with /v1."


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
    "key": Kind(KeyRefusedError, "{label} refuses the key{said}."),
    "no key": Kind(KeyMissingError, "{label} wants a key{variable}{said}."),
    "permission": Kind(AccessRefusedError, "{label} refuses access{to_model}{said}."),
    "policy": Kind(PolicyRefusedError, "A policy keeps {label} from answering{said}."),
    "account": Kind(
        QuotaSpentError,
        "{label} says that your account's credit does not cover this{said}.",
    ),
    "credit for less": Kind(
        QuotaSpentError,
        "{label} says that your account's credit does not cover this{said}.",
        "Allow a shorter answer, add credit, or choose a cheaper model.",
    ),
    "plan": Kind(
        PlanLimitError, "A quota of your plan at {label} is used up{renewed}{said}."
    ),
    "too much at once": Kind(
        PlanLimitError,
        "This is more at once than your plan at {label} allows{said}.",
        "Start a new chat, use fewer proposers, allow a shorter answer, or raise that "
        "limit at the provider.",
    ),
    "slow down": Kind(RateLimitedError, "{label} asks us to slow down{wait}{said}."),
    "no model": Kind(ModelNotFoundError, "{label} has no model {model}{said}."),
    "no model or no access": Kind(
        ModelNotFoundError,
        "{label} has no model {model}, or this key may not use it{said}.",
        "Choose a model that this endpoint lists, or ask the provider for access.",
    ),
    "no model or address": Kind(
        ModelNotFoundError,
        "{label} has no model {model}, or not at this address{said}.",
        f"Choose a model that this endpoint lists. {CHECK_ADDRESS}",
    ),
    "wrong api": Kind(
        WrongApiError, "{label} does not offer {model} for chat completions{said}."
    ),
    "address": Kind(RequestRefusedError, "{label} {what}{said}.", CHECK_ADDRESS),
    "request": Kind(RequestRefusedError, "{label} refuses the request{status}{said}."),
    "too long": Kind(
        ContextLengthError,
        "{label} says that the prompt is too long for {model}{window}{said}.",
    ),
    "filtered": Kind(
        ContentFilteredError, "{label} refuses this by its content rules{said}."
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
    "in the answer": Kind(BrokenStreamError, "{label} reports an error{said}."),
    "unreachable": Kind(UnreachableError, "Nothing answers at {address}."),
    "unknown host": Kind(UnreachableError, "No host is known as {address}."),
    "certificate": Kind(
        SecureConnectionError, "{label} shows a certificate that is not trusted{said}."
    ),
    "certificate date": Kind(
        SecureConnectionError,
        "{label} shows a certificate that is not valid today{said}.",
        "Have the server's certificate renewed, or correct the clock of this machine.",
    ),
    "certificate name": Kind(
        SecureConnectionError,
        "{label} shows a certificate that is not for {address}{said}.",
        "Call it by a name that its certificate is for, or have one made for this one.",
    ),
    "no tls": Kind(
        SecureConnectionError,
        "{label} speaks no TLS at {address}, so https does not work there.",
        "Write its address with http:// instead of https://.",
    ),
    "wants tls": Kind(
        SecureConnectionError,
        "{label} wants a secure connection at {address}{said}.",
        "Write its address with https:// instead of http://.",
    ),
    "tls": Kind(
        UnreachableError, "No secure connection could be made to {address}{said}."
    ),
    "timeout": Kind(UnreachableError, "{label} did not answer in time."),
    "lost": Kind(
        BrokenStreamError,
        "{label} closed the connection without an answer.",
        "Ask again; if it happens each time, check whether its address has to begin "
        "with http:// or https://.",
    ),
    "lost in the answer": Kind(
        BrokenStreamError,
        "The connection to {label} was lost in the middle of the answer.",
    ),
    "headers": Kind(
        BrokenStreamError, "{label} sends headers that are too long to be read."
    ),
    "unreadable": Kind(BrokenStreamError, "{label} sent something unreadable."),
    "withheld": Kind(ContentFilteredError, "{label} withheld the answer."),
    "cut": Kind(EmptyAnswerError, "{label} ran out of tokens before the answer."),
    "status": Kind(ServerFailedError, "{label} failed: {reason}."),
    "refused": Kind(RequestRefusedError, "{label} refuses the request{said}."),
    "unexpected": Kind(ServerFailedError, "{label} failed unexpectedly ({type})."),
    "setting": Kind(ConnectionSettingError, "{reason}."),
    "proxy": Kind(
        UnreachableError,
        "{reason}.",
        "Start that proxy, correct the variable, or name the host in NO_PROXY.",
    ),
    "web page": Kind(
        RequestRefusedError,
        "{label} answers with a web page{title} instead of an answer.",
        CHECK_ADDRESS,
    ),
    "proxy limit": Kind(
        ContextLengthError,
        "A proxy in front of {label} answered with status {number}{title}.",
        "Start a new chat or use fewer proposers: the request is too large for it.",
    ),
}
