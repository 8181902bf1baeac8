"""Says what is right for the behaviours of each family, and what of a result is not.

The families are those of `real_servers.md`: what is decided by kind stands here by
kind, and a behaviour is only named where it has a text, a reason or figures of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from moa_core.errors import (
    AccessRefusedError,
    BrokenStreamError,
    ContentFilteredError,
    ContextLengthError,
    EmptyAnswerError,
    KeyRefusedError,
    ModelNotFoundError,
    OnlyReasoningError,
    PlanLimitError,
    PolicyRefusedError,
    ProviderError,
    ProxyFailedError,
    ProxyRefusedError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    ServerFailedError,
    TokensUsedUpError,
    ToolCallError,
    WrongApiError,
)
from tests.real_servers.behaviours import Behaviour, ListResult, Result

FULL = "The sky looks blue because air scatters short waves more."
HALF = "First, take the red wire and then you should never"
REPORTED = (120, 30)
"""Tokens in and out that the server reports unless it says otherwise."""
ANY_TOKENS = (-1, -1)

Kinds = tuple[type[ProviderError], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What the family of a behaviour asks of its result.

    Attributes:
        text: The answer; ``None`` takes any.
        kinds: True kinds of error; with none it is to succeed.
        finish: The finish reason to store; ``None`` takes any.
        said: What the user must read: the server's own sentence.
        requests: Fewest and most requests.
        tokens: Reported figures; ``None`` where the server reports none.
        draft: Whether the next layer gets the text; ``None`` takes either.
        noted: Whether the call's notes say what was adapted.
    """

    text: str | None = FULL
    kinds: Kinds = ()
    finish: str | None = None
    said: tuple[str, ...] = ()
    requests: tuple[int, int] = (1, 1)
    tokens: tuple[int, int] | None = REPORTED
    draft: bool | None = True
    noted: bool = False


WHOLE = Right()
UNCOUNTED = Right(tokens=None)
OTHER_TEXT = Right(text=None)
CUT = Right(text=HALF, finish="length", draft=None)
WITHHELD = Right(text=HALF, kinds=(ContentFilteredError,), draft=False)
ADAPTED = Right(requests=(2, 4), noted=True)


def _fails(
    *kinds: type[ProviderError], said: str = "", requests: tuple[int, int] = (1, 1)
) -> Right:
    """A refusal: its kind is true, and the server's own sentence is shown."""
    return Right(
        text=None,
        kinds=kinds,
        said=(said,) if said else (),
        requests=requests,
        tokens=None,
        draft=False,
    )


RETRIED = (2, 4)
_TOO_LONG = _fails(ContextLengthError, requests=(1, 4))

RIGHT: dict[str, Right] = {
    # text of its own
    "good-b": replace(WHOLE, text="Rayleigh scattering favours blue."),
    "echo": replace(WHOLE, text="Why is the sky blue?"),
    # reasoning
    "think-twice": UNCOUNTED,
    "think-second": replace(WHOLE, text="Part one. Part two."),
    "think-unclosed": replace(
        _fails(EmptyAnswerError, OnlyReasoningError), tokens=REPORTED
    ),
    "think-hidden": replace(_fails(TokensUsedUpError), tokens=(120, 2048)),
    "filter-billed": replace(
        WITHHELD, text="First, take the red wire", tokens=(5000, 700)
    ),
    # finish reasons
    "finish-sensitive": WITHHELD,
    "finish-SAFETY": WITHHELD,
    "finish-content_filter-colon": WITHHELD,
    "finish-content_filter": WITHHELD,
    "finish-MAX_TOKENS": CUT,
    "finish-max_tokens": CUT,
    "finish-context": CUT,
    "finish-length": CUT,
    "finish-ERROR": replace(
        WITHHELD, kinds=(BrokenStreamError, ServerFailedError), requests=(1, 3)
    ),
    "finish-eos": replace(WHOLE, text=HALF),
    "finish-stop_sequence": replace(WHOLE, text=HALF),
    "finish-end_turn": replace(WHOLE, text=HALF),
    "finish-null-word": UNCOUNTED,
    "finish-first": UNCOUNTED,
    "no-finish": UNCOUNTED,
    # shape of the stream
    "full-message-each": replace(WHOLE, tokens=(10, 14)),
    "error-field": _fails(
        ContextLengthError, said="exceeds the available context size", requests=(1, 4)
    ),
    "error-finish": replace(
        _fails(
            BrokenStreamError,
            ServerFailedError,
            said="Provider disconnected unexpectedly",
            requests=RETRIED,
        ),
        text="The sky ",
    ),
    "error-string": _fails(
        QuotaSpentError,
        PlanLimitError,
        said="quota exceeded for this project",
        requests=(1, 4),
    ),
    "gzip-error": _fails(
        RequestRefusedError, said="The parameter top_k is out of range", requests=(1, 4)
    ),
    "control-chars": Right(
        text="The sky\tlooks blue because\tair scatters short waves\x0bmore.",
        tokens=None,
    ),
    "bad-utf8": Right(text="caf\N{REPLACEMENT CHARACTER} blue", tokens=None),
    "tool-call": replace(_fails(ToolCallError, said="web_search"), tokens=REPORTED),
    "refusal": Right(text="I cannot help with that.", tokens=None),
    "blank": replace(_fails(EmptyAnswerError, requests=(1, 3)), tokens=REPORTED),
    "empty": replace(_fails(EmptyAnswerError, requests=(1, 3)), tokens=REPORTED),
    "big-line": OTHER_TEXT,
    "big-answer": OTHER_TEXT,
    "nul": OTHER_TEXT,
    "surrogates": Right(
        text="Blue \N{GRINNING FACE} sky \N{REPLACEMENT CHARACTER} alone", tokens=None
    ),
    "error-surrogate": _fails(
        RequestRefusedError, said="Bad input near", requests=(1, 4)
    ),
    # money
    "usage-zero": UNCOUNTED,
    "usage-cached-top": replace(WHOLE, tokens=(1000, 30)),
    "usage-choice": replace(WHOLE, tokens=(777, 33)),
    "usage-float": replace(WHOLE, tokens=(777, 33)),
    "usage-late": replace(WHOLE, tokens=(777, 33)),
    # reasons
    "404-policy": _fails(PolicyRefusedError, said="No endpoints found matching"),
    "404-responses": _fails(WrongApiError, said="This is not a chat model"),
    "404-access": _fails(
        ModelNotFoundError, AccessRefusedError, said="you do not have access to it"
    ),
    "402-afford": _fails(QuotaSpentError, said="can only afford 1919", requests=(1, 4)),
    "402-balance": _fails(QuotaSpentError, said="Insufficient Balance"),
    "429-1113": _fails(QuotaSpentError, said="Please recharge"),
    "429-quota-gemini": _fails(
        PlanLimitError, QuotaSpentError, said="check your plan and billing"
    ),
    "401-permission": _fails(AccessRefusedError, said="permission is required"),
    "403-region": _fails(PolicyRefusedError, said="territory not supported"),
    "403-moderation": _fails(ContentFilteredError, said="flagged by the moderation"),
    "529": _fails(
        ServerFailedError, RateLimitedError, said="Overloaded", requests=RETRIED
    ),
    "413-tpm": _fails(PlanLimitError, said="Limit 6000, Requested 9310"),
    "400-stream": _fails(
        PolicyRefusedError, said="Your organization must be verified", requests=(1, 4)
    ),
    "400-tool": _fails(
        RequestRefusedError,
        BrokenStreamError,
        said="model called a tool",
        requests=(1, 4),
    ),
    "400-max-tokens": _fails(
        RequestRefusedError, said="the valid range of max_tokens", requests=(1, 4)
    ),
    "context-gemini": replace(_TOO_LONG, said=("1200293", "1048576")),
    "context-vllm": replace(_TOO_LONG, said=("40000", "32768")),
    "context-together": replace(_TOO_LONG, said=("8193", "6000")),
    "context-qwen": replace(_TOO_LONG, said=("30720",)),
    "context-lmstudio": replace(_TOO_LONG, said=("5000", "4096")),
    "context-sglang": replace(_TOO_LONG, said=("40000", "32768")),
    "context-llamacpppython": replace(_TOO_LONG, said=("5065", "4096")),
    "context-anthropic": replace(_TOO_LONG, said=("190402", "204648")),
    "422-pydantic": _fails(
        RequestRefusedError,
        said="String should have at least 1 character",
        requests=(1, 4),
    ),
    "200-code": _fails(KeyRefusedError, said="Invalid API-key provided"),
    "200-success-false": _fails(
        ModelNotFoundError,
        ServerFailedError,
        RequestRefusedError,
        said="this model is offline",
        requests=(1, 3),
    ),
    "200-error": _fails(
        RateLimitedError, said="Provider returned error", requests=RETRIED
    ),
    "200-html": _fails(ProxyFailedError, requests=(1, 3)),
    "200-empty": _fails(
        BrokenStreamError, EmptyAnswerError, ServerFailedError, requests=(1, 3)
    ),
    "524-html": _fails(ProxyFailedError, said="524", requests=RETRIED),
    "403-html": _fails(ProxyRefusedError, said="403"),
    "404-plain": _fails(
        ModelNotFoundError, RequestRefusedError, said="404 page not found"
    ),
    "404-ollama": _fails(ModelNotFoundError, said="try pulling it first"),
    "500-none": _fails(ServerFailedError, said="500", requests=RETRIED),
    "400-raw": _fails(
        RequestRefusedError,
        said="does not support messages longer than 4 images",
        requests=(1, 4),
    ),
    "400-gemini-key": _fails(KeyRefusedError, said="API key not valid"),
    "400-anthropic-credit": _fails(QuotaSpentError, said="credit balance is too low"),
    # waits
    "429-body-wait": replace(WHOLE, requests=(2, 3)),
    "503-loading": replace(WHOLE, requests=(2, 20)),
    # windows
    "window-silent": Right(text=None, tokens=ANY_TOKENS, noted=True),
    # slowness
    "slow-first": UNCOUNTED,
    "slow-keepalive": UNCOUNTED,
    "slow-steady": OTHER_TEXT,
    "slow-steady-8s": OTHER_TEXT,
} | dict.fromkeys(
    # one parameter, role or way refused
    (
        "temperature-one",
        "temperature-deprecated",
        "temperature-contraction",
        "temperature-default",
        "options-mistral",
        "options-databricks",
        "o-series",
        "system-refused",
        "system-refused-500",
        "system-gemma",
        "alternate",
        "alternate-successive",
        "alternate-anthropic",
        "strict-after-failure",
        "max-tokens-1000",
        "no-stream",
        "small-window",
    ),
    ADAPTED,
)

_UNCOUNTED = (
    "done-space", "done-bare", "data-empty-first", "data-empty-middle", "data-comment",
    "data-ping", "azure-annotation", "sse-as-json", "data-string-first",
    "garbage-after", "single-newline", "single-newline-slow", "gzip", "choices-odd",
    "choice-null", "content-dict", "text-field", "index-one", "two-choices",
    "keep-alive", "header-10k", "headers-many",
)  # fmt: skip
"""Whole answers in streams without figures."""


def right_for(behaviour: Behaviour) -> Right:
    """What is right for a behaviour; one that nobody named is to be whole."""
    name = behaviour.name
    if name in RIGHT:
        return RIGHT[name]
    if name in _UNCOUNTED:
        return UNCOUNTED
    return OTHER_TEXT if name.startswith("md-") else WHOLE


def faults_of(result: Result) -> list[str]:
    """What is wrong with a result by the rules of its family, a sentence each."""
    right = right_for(result.behaviour)
    if not right.kinds and result.error:
        return [f"fails: {str(result.error)[:200]}"]
    return [*_outcome(result, right), *_money(result, right), *_words(result, right)]


def _outcome(result: Result, right: Right) -> Iterator[str]:
    call = result.call
    if right.kinds and not isinstance(result.error, right.kinds):
        names = " or ".join(kind.__name__ for kind in right.kinds)
        ended = type(result.error).__name__ if result.error else "success"
        yield f"ends with {ended}, not with {names}"
    if right.text is not None and call.text.strip() != right.text.strip():
        yield f"has the text {call.text[:80]!r}"
    if right.finish is not None and call.finish_reason != right.finish:
        yield f"has the finish reason {call.finish_reason!r}, not {right.finish!r}"
    if right.draft is not None and right.draft is not bool(result.draft):
        yield f"is {'' if result.draft else 'not '}passed on as a draft"
    if result.draft is not None and result.draft.strip() != call.text.strip():
        yield "is passed on as another text than its own"
    fewest, most = right.requests
    if not fewest <= result.requests <= most:
        yield f"took {result.requests} requests, not {fewest} to {most}"


def _money(result: Result, right: Right) -> Iterator[str]:
    usage, counted = (
        result.usage,
        (result.usage.input_tokens, result.usage.output_tokens),
    )
    if right.tokens is None and usage.source == "reported":
        yield f"counts {counted} as reported"
    if right.tokens and usage.source != "reported":
        yield f"does not count the reported tokens; {usage.source} ones instead"
    elif right.tokens not in (None, ANY_TOKENS) and counted != _times(right, result):
        yield f"counts {counted}"
    if not right.kinds and not usage.output_tokens:
        yield "has a text, and no tokens"
    if result.cost.total_usd is None:
        yield "has no cost"
    elif result.cost.usd > result.billed_usd:
        yield f"costs {result.cost}, more than its tokens do"


def _times(right: Right, result: Result) -> tuple[int, int]:
    """What was reported, once for every answer that was paid for."""
    assert right.tokens is not None
    answers = result.requests if result.error else 1
    return right.tokens[0] * answers, right.tokens[1] * answers


def _words(result: Result, right: Right) -> Iterator[str]:
    said = f"{result.error or ''} {' '.join(result.notes)}"
    for sentence in right.said:
        if sentence.replace(",", "") not in said.replace(",", ""):
            yield f"does not say {sentence!r}: {said[:160]!r}"
    if any(mark in said for mark in ("<html", "<!DOCTYPE", "{margin", "Traceback")):
        yield "shows the source of a page"
    if len(said) > 700:
        yield f"says {len(said)} characters"
    if not said.isprintable():
        yield f"says what cannot be shown: {said[:160]!r}"
    if result.error and not result.error.advice:
        yield "gives no next step"
    if right.noted and not result.notes:
        yield "does not tell what was adapted"


_LISTED: dict[str, tuple[str, ...]] = {
    "data-null": (),
    "error-200": (),
    "type-chat-completion": ("openai/gpt-4o",),
    "names-odd": (
        "@cf/meta/llama-3", "accounts/x/models/y", "gemini-3-image-chat",
        "imagine-chat-7b", "llama3.2:3b-instruct", "my model", "reflux-chat-8b",
        "vanguard-70b", "模型-7b",
    ),
}  # fmt: skip
"""Models that each list must have; the others have ``alpha`` and ``beta``."""


def list_faults_of(result: ListResult) -> list[str]:
    """What is wrong with what was made of a list of models."""
    name = result.behaviour.name
    listed = [model.id for model in result.models.models]
    if name == "huge":
        return [] if len(listed) == 5000 else [f"has {len(listed)} models"]
    wanted = _LISTED.get(name, ("alpha", "beta"))
    missing = [model for model in wanted if model not in listed]
    faults = [f"does not list {', '.join(missing)}"] if missing else []
    if name == "error-200" and "Invalid token" not in (result.models.error or ""):
        faults += [f"does not say 'Invalid token': {result.models.error}"]
    return faults
