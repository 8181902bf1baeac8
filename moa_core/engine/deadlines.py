"""Ends a call that stays silent too long, by what can be expected where it runs.

Only content counts, of the answer or of reasoning; while it comes, nothing is cut
unless the user has set a limit (docs/adr/0017-deadlines.md).
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from moa_core.errors import DeadlineError, TokensUsedUpError
from moa_core.run import (
    CompletionRequest,
    Delta,
    DeltaKind,
    Finish,
    Interruption,
    MoreTime,
    Note,
    Provider,
    Reclassify,
    StreamItem,
    Timed,
    ToolCallDelta,
)
from moa_core.settings import Deadlines
from moa_core.tokens import estimate_tokens

HOSTED = Timed(first_content_s=60.0, silence_s=60.0)
REASONING = Timed(first_content_s=600.0, silence_s=300.0)
LOCAL = Timed(first_content_s=600.0, silence_s=120.0)

DEADLINE = "deadline"
"""Finish reason of an answer that was given up."""

MOST_CHARACTERS_A_TOKEN = 16
"""More of them than this for each token that was asked for, and the server ignores the
limit: such an answer may never end."""

REASONING_TOKENS = 16_384
"""So many tokens of reasoning are taken for meant, however few were asked for: some
servers count it apart."""

_ANSWERS_AT_ONCE = re.compile(
    r"(?i)instruct|\bchat\b|chatgpt-4o|gpt-(3|4o|4\.1|4-|4\b)|llama|gemma|claude"
    r"|mistral|mixtral|ministral|codestral|devstral|pixtral|command-|\bnova\b"
    r"|qwen-?(1|2|max|plus|turbo)|deepseek-v[23]|kimi-k2\b|gemini-(1|2\.0)|phi-[34]"
    r"|grok-[23]\b|jamba|hermes|turbo|non-?(reasoning|thinking)"
)
_REASONS = re.compile(
    r"(?i)(?<!non-)(?<!non)(reason|think)|\br1\b|-r1-|qwq|magistral|\bo\d\b|grok-3-mini"
)


def reasons(model: str, effort: object) -> bool:
    """Whether ``model`` may think for minutes before it writes.

    A model of a kind that is not known to answer at once may.
    """
    return bool(
        effort is not None
        or _REASONS.search(model)
        or not _ANSWERS_AT_ONCE.search(model)
    )


@dataclass(frozen=True, slots=True)
class WithDeadlines:
    """Ends a call that stays silent too long; keeps what it wrote, if that is enough.

    Attributes:
        provider: Asks the model.
        deadlines: The user's own limits, which hold in every situation.
        local: Whether the server is near by, and may load a model or be slow.
        seen_reasoning: Refs of models that were seen to reason; grows.
    """

    provider: Provider
    deadlines: Deadlines
    local: bool = False
    seen_reasoning: set[str] = field(default_factory=set)

    async def stream(  # noqa: C901 - the hot path: a call more each piece costs
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer.

        Yields:
            How long it may be silent, first, and again when that changes; then what
            the provider yields. If it is given up after it wrote enough to be of use,
            a finish whose reason is ``deadline``, with a DeadlineError; if it goes on
            far beyond the tokens that were asked for, one whose reason is ``length``.
            Reasoning may be longer, and counts by itself.

        Raises:
            DeadlineError: No first content, no further content or no end in time, and
                what it wrote is too little to be of use.
            TokensUsedUpError: It reasons for ever, and has written no answer.
        """
        limits = self._limits(request)
        yield limits
        written: list[str] = []
        left = _most_characters(request.agent.max_tokens)
        watch = _Watch(limits, request.more_time)
        try:
            async with aclosing(self.provider.stream(request)) as items:
                while item := await watch.next(items):
                    yield item
                    if isinstance(item, ToolCallDelta | Delta):
                        watch.heard()
                    if isinstance(item, Delta):
                        left[item.kind] -= len(item.text)
                        if left[item.kind] < 0:
                            yield self._endless(request, item, written)
                            return
                        if item.kind == "answer":
                            written.append(item.text)
                            continue
                    if self._learn(item, request, written):
                        yield watch.follow(self._limits(request))
                    if isinstance(item, Note) and item.all_at_once:
                        yield watch.follow(self._limits(request, silent=True))
                    if isinstance(item, Finish):
                        return
        finally:
            watch.end()
        if watch.expired:
            yield self._given_up(watch.expired, request, "".join(written))

    def _endless(
        self, request: CompletionRequest, item: Delta, written: list[str]
    ) -> Finish:
        """The end of what goes on for ever; what only reasons has no answer."""
        if item.kind == "answer" or written:
            return Finish(reason="length")
        model, most = request.agent.model, request.agent.max_tokens
        message = (
            f"{model} reasoned on, far beyond the {most:,} tokens that it was given, "
            "and was ended before it wrote an answer."
        )
        error = request.error(TokensUsedUpError, message)
        error.advice = "Lower the reasoning effort, or choose another model."
        raise error

    def _given_up(
        self, expired: "_Expiry", request: CompletionRequest, written: str
    ) -> Finish:
        """The end of what was cut, if enough was written; else what is raised."""
        message = f"{request.agent.model} {expired.what} {expired.seconds:g} seconds."
        error = request.error(DeadlineError, message)
        if estimate_tokens(written) < self.deadlines.cut_draft_tokens:
            raise error
        return Finish(reason=DEADLINE, error=error)

    def _limits(self, request: CompletionRequest, *, silent: bool = False) -> Timed:
        """What holds here: the most patient of all that apply, or the user's own."""
        agent, own = request.agent, self.deadlines
        apply = [LOCAL] if self.local else [HOSTED]
        seen = agent.ref in self.seen_reasoning
        if silent or seen or (not self.local and reasons(agent.model, agent.effort)):
            apply.append(REASONING)
        return Timed(
            own.first_token_s or max(each.first_content_s for each in apply),
            own.idle_s or max(each.silence_s for each in apply),
            own.call_s,
        )

    def _learn(
        self, item: StreamItem, request: CompletionRequest, written: list[str]
    ) -> bool:
        """Follow what is no answer; whether the model is now seen to reason."""
        match item:
            case Reclassify():
                written.clear()
                reasoned = True
            case Finish(usage=usage):
                reasoned = bool(usage and usage.reasoning_tokens)
            case _:
                reasoned = isinstance(item, Delta) and bool(item.text)
        if not reasoned or request.agent.ref in self.seen_reasoning:
            return False
        self.seen_reasoning.add(request.agent.ref)
        return not isinstance(item, Finish)


def _most_characters(max_tokens: int) -> dict[DeltaKind, int]:
    """How long an answer may be, and its reasoning."""
    thought = max(max_tokens, REASONING_TOKENS)
    return {
        "answer": MOST_CHARACTERS_A_TOKEN * max_tokens,
        "reasoning": MOST_CHARACTERS_A_TOKEN * thought,
    }


class _Expiry(NamedTuple):
    """A moment on the loop's clock, and what to say once it has passed."""

    at: float
    seconds: float
    what: str


class _Watch:
    """Cancels whoever waits for content that does not come.

    One timer a call, set again only when it fires, so that a piece of content costs
    next to nothing. While nobody waits, since the reader is busy, no time runs.

    Attributes:
        expired: Which limit has passed, once one has.
    """

    def __init__(self, limits: Timed, more_time: MoreTime) -> None:
        self.expired: _Expiry | None = None
        self._limits, self._more_time = limits, more_time
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._heard: float | None = None  # when the last content was taken
        self._reading = Interruption(lambda: self.expired is not None)
        self._timer = self._loop.call_later(self._pause_s(), self._look)

    def next(
        self, items: AsyncGenerator[StreamItem, None]
    ) -> Coroutine[Any, Any, StreamItem | None]:
        """Gives the next item; ``None`` at the end, and once a limit has passed."""
        return self._reading.wait(partial(anext, items, None))

    def heard(self) -> None:
        """Content came and has been taken."""
        self._heard = self._loop.time()

    def follow(self, limits: Timed) -> Timed:
        """Go by other limits from now on; longer ones, so the timer may stay."""
        self._limits = limits
        return limits

    def end(self) -> None:
        """The call is over."""
        self._timer.cancel()

    def _look(self) -> None:
        expiry = self._next_expiry()
        if not self._reading.waits or expiry.at > self._loop.time():
            self._timer = self._loop.call_later(self._pause_s(), self._look)
        else:
            self.expired = expiry
            self._reading.interrupt()

    def _pause_s(self) -> float:
        """Until the next look: content may come at once, and be the last one."""
        remaining_s = self._next_expiry().at - self._loop.time()
        silence_s = self._limits.silence_s
        return min(remaining_s, silence_s) if remaining_s > 0 else min(silence_s, 1.0)

    def _next_expiry(self) -> _Expiry:
        limits = self._limits
        if self._heard is None:
            first_s, began = limits.first_content_s, self._began
            expiry = _Expiry(began + first_s, first_s, "didn't answer within")
        else:
            silent_s, heard = limits.silence_s, self._heard
            expiry = _Expiry(heard + silent_s, silent_s, "sent nothing for")
        if limits.in_all_s is not None:
            ends = self._began + limits.in_all_s
            whole = _Expiry(ends, limits.in_all_s, "didn't finish within")
            expiry = min(expiry, whole)
        if (until := self._more_time.until) > expiry.at:
            more_s = expiry.seconds + round(until - expiry.at)
            expiry = _Expiry(until, more_s, expiry.what)
        return expiry
