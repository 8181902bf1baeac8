"""Plans the call that titles a chat: the cheapest model of its run, and few tokens."""

import re
from dataclasses import dataclass, replace
from typing import Final

from moa_core.messages import Message
from moa_core.mixture import AgentSpec, Seat, may_think
from moa_core.plan.call_forecast import TOKENIZERS
from moa_core.pricing import Price, PriceBook
from moa_core.run import Call, RunState
from moa_core.titles import title_messages
from moa_core.tokens import estimate_prompt_tokens
from moa_core.usage import FREE, Cost, Usage

_TITLE_TOKENS: Final = 64
_THINKING_TOKENS: Final = 2000
"""Room for reasoning that cannot be switched off."""

_SWITCHED_BY_WORD = re.compile(
    r"(?i)qwen-?3(?=[-:_]|$)(?!.*(?:2507|thinking|instruct|coder|next|max|vl))"
)
_NO_THINKING: Final = "/no_think"
"""Has the first Qwen3 models answer at once, wherever they are served."""


@dataclass(frozen=True, slots=True)
class TitleCall:
    """What is asked of whom.

    Attributes:
        seat: Its place: a layer behind the aggregator's.
        price: What its tokens cost.
        most: Its usage, if the model writes as much as it may.
    """

    seat: Seat
    agent: AgentSpec
    messages: tuple[Message, ...]
    price: Price
    most: Usage

    @property
    def low(self) -> Cost:
        """What it costs at least: next to nothing."""
        return FREE

    @property
    def high(self) -> Cost:
        """What it costs at most."""
        return self.price.cost_of(self.most)

    def interrupted(self, began_s: float) -> Call:
        """The call, if nobody saw its end: it may have cost all that it can.

        Args:
            began_s: Seconds from the start of its run.
        """
        return Call(
            role="title",
            seat=self.seat,
            attempt=1,
            agent=self.agent,
            outcome="interrupted",
            text="",
            reasoning="",
            finish_reason=None,
            usage=self.most,
            price=self.price,
            cost=self.high,
            started_at_s=began_s,
            ttft_s=None,
            latency_s=0.0,
        )


def title_call(state: RunState, question: str, prices: PriceBook) -> TitleCall | None:
    """The call that titles the chat which a run has answered first.

    Of the models that answered, the one with the cheapest title; a price that nobody
    knows is not a low one. Of several, the aggregator: a local server has it loaded.

    Args:
        state: Of the run, which has its answer.
        question: That it has answered.
        prices: Where costs come from.

    Returns:
        ``None`` if no model answered whose price is known.
    """
    answered = [
        seat.agent
        for seat in (state.synthesis, *state.seats)
        if seat.status == "succeeded"
    ]
    answer, seat = state.synthesis.text, Seat(len(state.layers) + 1, 0)
    calls = [
        call
        for agent in dict.fromkeys(map(_titling, answered))
        if (call := _priced(seat, agent, title_messages(question, answer), prices))
    ]
    return min(
        calls, key=lambda call: (call.high.usd, call.agent.max_tokens), default=None
    )


def _titling(agent: AgentSpec) -> AgentSpec:
    """The agent, as it is asked for a title."""
    return replace(
        agent,
        temperature=None,
        max_tokens=_TITLE_TOKENS + (_THINKING_TOKENS if may_think(agent) else 0),
        system_prompt=None,
        effort="low" if agent.effort else None,
    )


def _priced(
    seat: Seat, agent: AgentSpec, messages: tuple[Message, ...], prices: PriceBook
) -> TitleCall | None:
    if _SWITCHED_BY_WORD.search(agent.model):
        messages = (Message.from_text("system", _NO_THINKING), *messages)
    tokens = round(TOKENIZERS.high * estimate_prompt_tokens(messages))
    price = prices.price_of(agent.endpoint, agent.model, tokens)
    most = Usage(
        input_tokens=tokens, output_tokens=agent.max_tokens, source="estimated"
    )
    return TitleCall(seat, agent, messages, price, most) if price else None
