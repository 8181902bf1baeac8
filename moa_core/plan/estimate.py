"""Estimates the cost of the next turn as a range, from the prompts to be sent.

Every call that is made is counted once, without retries and fallbacks; where calls are
hedged, the high end has the prompts of those that may be closed. The input of a call is
its real prompt, with the answers of the layer before as references: those that are
known as long as they are, the others as long as is likely. Its output is the likely
length of an answer, no more than its agent may write. The low end of a turn assumes
short answers everywhere, the high end long ones: whether a question asks for little or
much is the same for all models, so their errors do not cancel out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, floor
from typing import Literal

from moa_core.messages import Message, MessageRole
from moa_core.mixture import AgentSpec, Effort, Length, MoAConfig, may_think, prompt_for
from moa_core.plan.answer_length import TokenRange, answer_length
from moa_core.plan.repeated import RepeatedTokens, repeated_tokens
from moa_core.pricing import PriceBook
from moa_core.run import FULL_RUN, Rework, SeatRole
from moa_core.tokens import MESSAGE_OVERHEAD_TOKENS, estimate_tokens
from moa_core.usage import FREE, UNKNOWN_COST, Cost, Usage

TOKENIZERS = TokenRange(0.9, 1.2)
"""Tokens of a text by the tokenizers in use, over our estimate, which is o200k's."""

REFERENCE_LENGTH_FACTOR = 1.15
"""An answer that reads references, over one that does not.

From the lengths of recorded answers: the paper's MoA 1.15 times the geometric mean of
its proposers, Qwen1.5-72B after one round 1.2 times its own answer.
"""

LENGTHS: Mapping[Length, TokenRange] = {
    "short": TokenRange(0.3, 0.7),
    "balanced": TokenRange(1.0, 1.0),
    "thorough": TokenRange(1.0, 1.6),
}
"""What the aggregator makes of being told a length. Judgement, not measured."""

RANKER_OUTPUT_TOKENS = TokenRange(1, 30)
"""Tokens in which a ranker says its choice; the chosen text is not billed again."""

THINKING: Mapping[Effort | None, TokenRange] = {
    None: TokenRange(0.0, 2.0),
    "low": TokenRange(0.0, 1.0),
    "medium": TokenRange(0.3, 2.5),
    "high": TokenRange(0.8, 5.0),
}
"""Tokens a reasoning model thinks, over those of its answer. Judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one run will probably take; a pair is ``(low, high)``.

    Attributes:
        calls: Calls when none fails: all proposers that are asked and one aggregator.
        low: What it costs at least, probably. ``unknown_calls`` are those whose price
            nobody knows: the same at both ends, and never counted as zero.
        high: What it costs at most, probably.
        input_tokens: Of all calls together.
        output_tokens: Of all calls together, those of thinking included.
    """

    calls: int
    low: Cost
    high: Cost
    input_tokens: tuple[int, int]
    output_tokens: tuple[int, int]


def estimate(
    config: MoAConfig,
    messages: Sequence[Message],
    prices: PriceBook,
    rework: Rework = FULL_RUN,
) -> Estimate:
    """Estimate what answering ``messages`` with ``config`` takes, calling nobody.

    One more proposer, a layer put first or a layer doubled never lowers it.

    Args:
        config: The mixture.
        messages: The conversation, ending with the question as far as it is written.
        prices: Where costs come from.
        rework: What is taken over from an earlier run; its texts are known.
    """
    forecast = _CallForecast(config, messages, rework)
    return _summed(forecast.calls(), prices, forecast.hedges())


def estimate_from_layer(
    config: MoAConfig, messages: Sequence[Message], prices: PriceBook, layer_index: int
) -> Estimate:
    """Estimate the calls of a layer and all after it; the drafts before are there.

    The number of layers stands for the aggregator's call alone.
    """
    before = sum(len(layer.proposers) for layer in config.layers[:layer_index])
    forecast = _CallForecast(config, messages, FULL_RUN)
    return _summed(forecast.calls()[before:], prices, forecast.hedges())


def likely_answer(
    config: MoAConfig, messages: Sequence[Message]
) -> tuple[float, float]:
    """Between how many tokens the answer of a mixture probably has."""
    answer = _CallForecast(config, messages, FULL_RUN).calls()[-1].answer
    return answer.low, answer.high


def _summed(
    calls: Sequence["_Call"], prices: PriceBook, hedges: Sequence["_Call"]
) -> Estimate:
    possible = (*calls, *hedges)
    least = sum((call.least for call in calls), Usage())
    most = sum((call.most for call in possible), Usage())
    return Estimate(
        calls=len(calls),
        low=sum((_cost(call, call.least, 0, prices) for call in calls), FREE),
        high=sum((_cost(call, call.most, 1, prices) for call in possible), FREE),
        input_tokens=(least.input_tokens, most.input_tokens),
        output_tokens=(least.output_tokens, most.output_tokens),
    )


def longest_prompts(
    config: MoAConfig, messages: Sequence[Message], rework: Rework = FULL_RUN
) -> dict[AgentSpec, int]:
    """How many tokens each agent may have to hold: its longest prompt and answer."""
    held: dict[AgentSpec, int] = {}
    for call in _CallForecast(config, messages, rework).calls():
        tokens = call.most.input_tokens + call.agent.max_tokens
        held[call.agent] = max(tokens, held.get(call.agent, 0))
    return held


def _cost(call: "_Call", usage: Usage, end: Literal[0, 1], prices: PriceBook) -> Cost:
    """What one call costs at one of the ends: at the high one its cache is filled."""
    model = call.agent.endpoint, call.agent.model
    price = prices.price_of(*model, usage.input_tokens)
    if price is None:
        return UNKNOWN_COST
    cached = call.repeated.cached(prices.cached_share_of(*model))[end]
    written = ceil(TOKENIZERS.high / TOKENIZERS.low * call.repeated.possibly) - cached
    return price.cost_of(
        replace(
            usage,
            cached_input_tokens=cached,
            cache_write_tokens=min(written, usage.input_tokens - cached) if end else 0,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call that will be made, with its usage at the low and the high end."""

    agent: AgentSpec
    answer: TokenRange  # of its text, which the next layer reads
    least: Usage
    most: Usage
    repeated: RepeatedTokens


class _CallForecast:
    """The calls of one run; counts the tokens of every text once."""

    def __init__(
        self, config: MoAConfig, messages: Sequence[Message], rework: Rework
    ) -> None:
        self._config = config
        self._rework = rework
        self._messages = tuple(messages)
        self._count_text = cache(estimate_tokens)
        self._first_answer = answer_length(
            _last(messages, "user"), _last(messages, "assistant")
        )
        whole = floor(TOKENIZERS.low * self._count(self._messages))
        earlier = floor(TOKENIZERS.low * self._count(self._messages[:-2]))
        sent = earlier if rework is FULL_RUN else whole
        self._conversation = RepeatedTokens(possibly=whole, surely=sent)

    def calls(self) -> list[_Call]:
        """All calls, layer by layer, the aggregator's last."""
        return self._forecast()[0]

    def hedges(self) -> list[_Call]:
        """Second requests that may be made, and closed before they say anything."""
        calls, references = self._forecast()
        hedging = self._config.pace.hedging
        if not hedging:
            return []
        twice: list[_Call] = []
        if self._rework.synthesise:
            others = (*self._config.fallbacks, self._config.aggregator)
            twice.append(self._call(others[0], "aggregator", references))
        if hedging.proposers:
            proposals = calls[:-1] if self._rework.synthesise else calls
            longest = sorted(proposals, key=lambda call: -call.most.input_tokens)
            twice += longest[: ceil(len(proposals) / 10)]
        return [_closed(call) for call in twice]

    def _forecast(self) -> tuple[list[_Call], list[TokenRange]]:
        """All calls, and what the aggregator reads."""
        calls: list[_Call] = []
        references: list[TokenRange] = []
        for index in range(len(self._config.layers)):
            new_calls = [
                self._call(agent, "proposer", references, index)
                for agent in self._rework.asked_of(self._config, index).values()
            ]
            reused = [
                TOKENIZERS.times(self._count_text(each.call.text))
                for seat, each in self._rework.reused.items()
                if seat.layer_index == index and each.read
            ]
            references = [*reused, *(call.answer for call in new_calls)]
            calls += new_calls
        if self._rework.synthesise:
            calls.append(self._call(self._config.aggregator, "aggregator", references))
        return calls, references

    def _call(
        self,
        agent: AgentSpec,
        role: SeatRole,
        references: Sequence[TokenRange],
        layer_index: int | None = None,
    ) -> _Call:
        # The real prompt around empty references, and what will stand in them.
        empty = [""] * len(references)
        around = prompt_for(agent, role, self._config, self._messages, empty)
        prompt = sum(references, TOKENIZERS.times(self._count(around)))
        answer = self._answer(role, reads=bool(references)).capped(agent.max_tokens)
        output = (answer + _thinking(agent, answer)).capped(agent.max_tokens)
        return _Call(
            agent=agent,
            answer=answer,
            least=Usage(
                input_tokens=floor(prompt.low),
                output_tokens=ceil(output.low),
                source="estimated",
            ),
            most=Usage(
                input_tokens=ceil(prompt.high),
                output_tokens=ceil(output.high),
                source="estimated",
            ),
            repeated=repeated_tokens(
                self._config,
                agent,
                len(self._config.layers) if layer_index is None else layer_index,
                self._conversation,
                reads=bool(references),
            ),
        )

    def _answer(self, role: SeatRole, *, reads: bool) -> TokenRange:
        length = self._first_answer
        if reads:
            length = length.times(REFERENCE_LENGTH_FACTOR)
        if role == "proposer" or not reads:  # who answers alone is told no length
            return length
        if self._config.method == "rank":
            return RANKER_OUTPUT_TOKENS
        factors = LENGTHS[self._config.length]
        return length.times(factors.low, factors.high)

    def _count(self, messages: Sequence[Message]) -> int:
        return sum(
            self._count_text(message.text) + MESSAGE_OVERHEAD_TOKENS
            for message in messages
        )


def _closed(call: _Call) -> _Call:
    """A request that is closed before its first content: it may only have thought."""
    thought = ceil(_thinking(call.agent, call.answer).high)
    most = replace(call.most, output_tokens=min(thought, call.agent.max_tokens))
    return replace(call, least=Usage(), most=most)


def _last(messages: Sequence[Message], role: MessageRole) -> str:
    texts = (message.text for message in reversed(messages) if message.role == role)
    return next(texts, "")


def _thinking(agent: AgentSpec, answer: TokenRange) -> TokenRange:
    if not may_think(agent):
        return TokenRange(0, 0)
    factors = THINKING[agent.effort]
    return answer.times(factors.low, factors.high)
