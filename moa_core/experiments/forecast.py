"""Estimates what is missing of an experiment: calls, tokens, money and time."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from moa_core.experiments.arm_names import MIXTURE, WHOLE, WITHOUT, Arm, seat_of_arm
from moa_core.experiments.arms import config_of
from moa_core.experiments.items import Item
from moa_core.experiments.judging import JUDGEMENTS_AT_ONCE
from moa_core.experiments.protocol import Protocol
from moa_core.experiments.work import AnswerKey, JudgementKey, Task, WorkKey, missing
from moa_core.mixture import AgentSpec, edits, may_think
from moa_core.plan import (
    Estimate,
    estimate,
    estimate_from_layer,
    likely_answer,
    seconds_of,
)
from moa_core.pricing import PriceBook
from moa_core.tokens import estimate_prompt_tokens, estimate_tokens
from moa_core.usage import FREE, UNKNOWN_COST, Cost, Usage

JUDGE_PROMPT_TOKENS: Final = 260
"""Of the instructions and the form of the reply, without question and answers."""

JUDGE_REPLY_TOKENS: Final = (40, 120)
"""Of a reply with a reason of 40 words at most; a judge that thinks takes more."""

JUDGE_THINKING_TOKENS: Final = (0, 1500)
SECOND_TRIES: Final = 1.05
"""Replies that cannot be read are asked for once more; over 5 % are warned of."""

TOKENIZERS: Final = (0.9, 1.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What an experiment will probably take; a pair is ``(low, high)``.

    Attributes:
        answers: Calls for answers; ``judgements`` those of the judge.
        low: What they cost at least, probably; calls of unknown price are counted.
        high: What they cost at most, probably.
        input_tokens: Of all calls together.
        output_tokens: Of all calls together.
        seconds: Until all is done, very roughly.
    """

    answers: int = 0
    judgements: int = 0
    low: Cost = FREE
    high: Cost = FREE
    input_tokens: tuple[int, int] = (0, 0)
    output_tokens: tuple[int, int] = (0, 0)
    seconds: tuple[float, float] = (0.0, 0.0)

    @property
    def calls(self) -> int:
        """Of models and judge together."""
        return self.answers + self.judgements


@dataclass(frozen=True, slots=True)
class WorkLoad:
    """A piece of work that is missing.

    Attributes:
        each: Its calls.
        depth: How many of them follow one another.
        at_once: So many pieces like it are done side by side.
        judges: Whether it is a call of the judge.
    """

    each: Estimate
    depth: int = 1
    at_once: int = 1
    judges: bool = False

    @property
    def seconds(self) -> tuple[float, float]:
        """What it adds to the whole, very roughly."""
        low, high = seconds_of(self.each, self.depth)
        return low / self.at_once, high / self.at_once


def forecast(
    protocol: Protocol,
    items: Sequence[Item],
    prices: PriceBook,
    settled: Collection[WorkKey] = (),
) -> Forecast:
    """Estimate all that is not settled, calling nobody."""
    by_id = {item.id: item for item in items}
    pieces = []
    for key in missing(protocol, items, settled):
        item = by_id[key.item]
        if isinstance(key, JudgementKey):
            each = _of_judgement(protocol, item, key, prices)
            piece = WorkLoad(each, at_once=JUDGEMENTS_AT_ONCE, judges=True)
        else:
            each = _of_answer(protocol, item, key.arm, prices)
            at_once = 1 if key.arm in WHOLE else 2
            piece = WorkLoad(each, depth=_depth(protocol, key.arm), at_once=at_once)
        pieces.append(piece)
    return summed(pieces)


def estimate_task(task: Task, prices: PriceBook) -> Estimate:
    """What one run may cost, its prompt being known."""
    if isinstance(task.key, AnswerKey):
        return estimate(task.config, task.messages, prices, task.rework)
    tokens = estimate_prompt_tokens(task.messages)
    return judge_estimate(task.config.aggregator, (tokens, tokens), prices)


def _of_answer(protocol: Protocol, item: Item, arm: Arm, prices: PriceBook) -> Estimate:
    config = config_of(protocol, arm)
    if arm in WHOLE:
        return estimate(config, item.messages, prices)
    if not config.layers:
        given = config.aggregator in protocol.mixture.layers[0].proposers
        return _NOTHING if given else estimate(config, item.messages, prices)
    if not arm.startswith(WITHOUT):
        first = len(config.layers)
        return estimate_from_layer(config, item.messages, prices, first)
    seat = seat_of_arm(config, arm)
    fewer = edits.without_agent(config, seat)
    return estimate_from_layer(fewer, item.messages, prices, seat.layer_index + 1)


def _of_judgement(
    protocol: Protocol, item: Item, key: JudgementKey, prices: PriceBook
) -> Estimate:
    if protocol.judge is None:
        return _NOTHING
    around = JUDGE_PROMPT_TOKENS + estimate_tokens(item.asked)
    arms = (MIXTURE, key.pair.removeprefix(MIXTURE))
    answers = [likely_answer(config_of(protocol, arm), item.messages) for arm in arms]
    low, high = (around + sum(ends) for ends in zip(*answers, strict=True))
    return judge_estimate(protocol.judge, (low, high), prices)


def judge_estimate(
    judge: AgentSpec, prompt: tuple[float, float], prices: PriceBook
) -> Estimate:
    """One call of a judge; ``prompt`` is its tokens, at least and at most."""
    thinking = JUDGE_THINKING_TOKENS if may_think(judge) else (0, 0)
    replies = [
        min(judge.max_tokens, reply + thought)
        for reply, thought in zip(JUDGE_REPLY_TOKENS, thinking, strict=True)
    ]
    inputs = [part * factor for part, factor in zip(prompt, TOKENIZERS, strict=True)]
    least = Usage(input_tokens=floor(inputs[0]), output_tokens=replies[0])
    most = Usage(
        input_tokens=ceil(inputs[1] * SECOND_TRIES),
        output_tokens=ceil(replies[1] * SECOND_TRIES),
    )
    return Estimate(
        calls=1,
        low=_cost(judge, least, prices),
        high=_cost(judge, most, prices),
        input_tokens=(least.input_tokens, most.input_tokens),
        output_tokens=(least.output_tokens, most.output_tokens),
    )


def _cost(agent: AgentSpec, usage: Usage, prices: PriceBook) -> Cost:
    price = prices.price_of(agent.endpoint, agent.model, usage.input_tokens)
    return price.cost_of(usage) if price else UNKNOWN_COST


def _depth(protocol: Protocol, arm: Arm) -> int:
    """How many calls follow one another."""
    config = config_of(protocol, arm)
    if arm.startswith(WITHOUT):
        return config.depth - 1 - seat_of_arm(config, arm).layer_index
    return config.depth if arm in WHOLE else 1


def summed(pieces: Iterable[WorkLoad]) -> Forecast:
    """All that is missing together."""
    every = [*pieces]

    def total(name: str) -> tuple[int, int]:
        ends = [getattr(piece.each, name) for piece in every]
        return sum(low for low, _ in ends), sum(high for _, high in ends)

    seconds = [piece.seconds for piece in every]
    return Forecast(
        answers=sum(piece.each.calls for piece in every if not piece.judges),
        judgements=sum(piece.judges for piece in every),
        low=sum((piece.each.low for piece in every), FREE),
        high=sum((piece.each.high for piece in every), FREE),
        input_tokens=total("input_tokens"),
        output_tokens=total("output_tokens"),
        seconds=(sum(low for low, _ in seconds), sum(high for _, high in seconds)),
    )


_NOTHING: Final = Estimate(
    calls=0, low=FREE, high=FREE, input_tokens=(0, 0), output_tokens=(0, 0)
)
