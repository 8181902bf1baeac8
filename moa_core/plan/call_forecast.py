"""Forecasts the calls of one run: what each reads and writes, at least and at most."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, floor

from moa_core.messages import Message, MessageRole
from moa_core.mixture import AgentSpec, MoAConfig, prompt_for
from moa_core.plan.answer_length import (
    LENGTHS,
    RANKER_OUTPUT_TOKENS,
    REFERENCE_LENGTH_FACTOR,
    TokenRange,
    answer_length,
)
from moa_core.plan.image_tokens import Sees, image_tokens
from moa_core.plan.repeated import RepeatedTokens, repeated_tokens
from moa_core.plan.thinking import thinking
from moa_core.run import FULL_RUN, NO_REQUEST, Rework, SeatRole, WriterRequest
from moa_core.tokens import MESSAGE_OVERHEAD_TOKENS, estimate_tokens
from moa_core.usage import Usage

TOKENIZERS = TokenRange(0.9, 1.2)
"""Tokens of a text by the tokenizers in use, over our estimate, which is o200k's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastCall:
    """One call that will be made, with its usage at the low and the high end.

    Attributes:
        guesses_images: Whether it is sent images whose tokens nobody can tell.
    """

    agent: AgentSpec
    answer: TokenRange  # of its text, which the next layer reads
    least: Usage
    most: Usage
    repeated: RepeatedTokens
    guesses_images: bool = False


class CallForecast:
    """The calls of one run; counts the tokens of every text once."""

    def __init__(
        self,
        config: MoAConfig,
        messages: Sequence[Message],
        rework: Rework,
        request: WriterRequest = NO_REQUEST,
        sees: Sees = lambda ref: None,
    ) -> None:
        self._config = config
        self._sees = sees
        self._images = [image for each in messages for image in each.images]
        self._request = request
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

    def calls(self) -> list[ForecastCall]:
        """All calls, layer by layer, the aggregator's last."""
        return self._forecast()[0]

    def references(self) -> list[TokenRange]:
        """What the aggregator reads."""
        return self._forecast()[1]

    def hedges(self) -> list[ForecastCall]:
        """Second requests that may be made, and closed before they say anything."""
        hedging = self._config.pace.hedging
        if not hedging:
            return []
        calls, references = self._forecast()
        twice: list[ForecastCall] = []
        if self._rework.synthesise:
            others = (*self._config.fallbacks, self._config.aggregator)
            request = self._request
            twice.append(
                self._call(others[0], "aggregator", references, request=request)
            )
        if hedging.proposers:
            proposals = calls[:-1] if self._rework.synthesise else calls
            longest = sorted(proposals, key=lambda call: -call.most.input_tokens)
            twice += longest[: ceil(len(proposals) / 10)]
        return [_closed(call) for call in twice]

    def _forecast(self) -> tuple[list[ForecastCall], list[TokenRange]]:
        """All calls, and what the aggregator reads."""
        calls: list[ForecastCall] = []
        references: list[TokenRange] = []
        for index in range(len(self._config.layers)):
            new_calls = self.calls_of_layer(index, references)
            reused = [
                TOKENIZERS.times(self._count_text(each.call.text))
                for seat, each in self._rework.reused.items()
                if seat.layer_index == index and each.read
            ]
            if (
                reused or new_calls
            ):  # else it is left out: what it would read is passed on
                references = [*reused, *(call.answer for call in new_calls)]
            calls += new_calls
        if self._rework.synthesise:
            calls.append(self.synthesis(references))
        return calls, references

    def calls_of_layer(
        self, index: int, references: Sequence[TokenRange]
    ) -> list[ForecastCall]:
        """The calls of one layer that reads these."""
        asked = self._rework.asked_of(self._config, index).values()
        return [self._call(agent, "proposer", references, index) for agent in asked]

    def synthesis(self, references: Sequence[TokenRange]) -> ForecastCall:
        """The aggregator's call."""
        agent, request = self._config.aggregator, self._request
        return self._call(agent, "aggregator", references, request=request)

    def first_answer(self) -> list[ForecastCall]:
        """The call of Auto's first answer, where there is one."""
        opens = self._config.pace.auto and self._config.layers
        if not opens or self._rework != FULL_RUN:
            return []
        agent = self._config.aggregator
        return [self._call(agent, "proposer", [], 0, request=self._request)]

    def _call(
        self,
        agent: AgentSpec,
        role: SeatRole,
        references: Sequence[TokenRange],
        layer_index: int | None = None,
        request: WriterRequest = NO_REQUEST,
    ) -> ForecastCall:
        # The real prompt around empty references, and what will stand in them.
        empty = [""] * len(references)
        config, messages = request.prompting(self._config), request.messages
        around = prompt_for(agent, role, config, messages or self._messages, empty)
        own = self._count(around) + request.tokens_beside
        prompt = sum(references, TOKENIZERS.times(own))
        guessed = False
        if self._images:
            tokens, guessed = image_tokens(agent, self._images, self._sees)
            prompt += tokens
        answer = self._answer(role, reads=bool(references)).capped(agent.max_tokens)
        output = (answer + thinking(agent, answer)).capped(agent.max_tokens)
        return ForecastCall(
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
            guesses_images=guessed,
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


def _closed(call: ForecastCall) -> ForecastCall:
    """A request that is closed before its first content: it may only have thought."""
    thought = ceil(thinking(call.agent, call.answer).high)
    most = replace(call.most, output_tokens=min(thought, call.agent.max_tokens))
    return replace(call, least=Usage(), most=most)


def _last(messages: Sequence[Message], role: MessageRole) -> str:
    texts = (message.typed for message in reversed(messages) if message.role == role)
    return next(texts, "")
