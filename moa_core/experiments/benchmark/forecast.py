"""Estimates what is missing of a benchmark: calls, tokens, money and time."""

from collections.abc import Collection, Sequence
from statistics import fmean
from typing import Final

from moa_core.experiments.benchmark.protocol import BenchmarkProtocol
from moa_core.experiments.benchmark.runner import ANSWERS_AT_ONCE
from moa_core.experiments.benchmark.work import conversations, missing_of_benchmark
from moa_core.experiments.forecast import (
    JUDGE_PROMPT_TOKENS,
    Forecast,
    WorkLoad,
    judge_estimate,
    summed,
)
from moa_core.experiments.items import Item
from moa_core.experiments.judging import JUDGEMENTS_AT_ONCE
from moa_core.experiments.work import AnswerKey, WorkKey
from moa_core.messages import Message
from moa_core.plan import Estimate, estimate, likely_answer
from moa_core.pricing import PriceBook
from moa_core.tokens import estimate_tokens

MOST_ESTIMATED: Final = 400
"""Pieces of work that are looked at one by one."""

_WORD: Final = "word "
"""About a token: so many stand for an answer that is not there yet."""


def benchmark_forecast(
    protocol: BenchmarkProtocol,
    items: Sequence[Item],
    prices: PriceBook,
    settled: Collection[WorkKey] = (),
) -> Forecast:
    """Estimate all that is not settled, calling nobody.

    Of many, every few are looked at: their order was drawn, so those are like the rest.
    """
    turns, keys = conversations(items), missing_of_benchmark(protocol, items, settled)
    step = len(keys) // MOST_ESTIMATED | 1  # odd: of two turns, both are looked at
    pieces: list[WorkLoad] = []
    for number, key in enumerate(keys):
        judges = not isinstance(key, AnswerKey)
        if number % step and pieces[-1].judges == judges:
            pieces.append(pieces[-1])
        elif judges:
            each = _of_judge(protocol, turns[key.item], prices)
            pieces.append(WorkLoad(each, at_once=JUDGEMENTS_AT_ONCE, judges=True))
        else:
            pieces.append(_of_answer(protocol, turns[key.item], prices))
    return summed(pieces)


def _of_answer(
    protocol: BenchmarkProtocol, turns: Sequence[Item], prices: PriceBook
) -> WorkLoad:
    config = protocol.config_for(turns[-1])
    each = estimate(config, _messages(protocol, turns), prices)
    return WorkLoad(each, depth=config.depth, at_once=ANSWERS_AT_ONCE)


def _messages(
    protocol: BenchmarkProtocol, turns: Sequence[Item]
) -> tuple[Message, ...]:
    """What the last question is asked with: likely answers to those before it."""
    said: tuple[Message, ...] = ()
    for item in turns[:-1]:
        said = (*said, *item.messages)
        words = _WORD * round(fmean(likely_answer(protocol.config_for(item), said)))
        said = (*said, Message.from_text("assistant", words))
    return (*said, *turns[-1].messages)


def _of_judge(
    protocol: BenchmarkProtocol, turns: Sequence[Item], prices: PriceBook
) -> Estimate:
    low = high = float(JUDGE_PROMPT_TOKENS)
    for item in turns:
        given = (item.question, item.reference.answer, item.reference.baseline)
        around = sum(map(estimate_tokens, given))
        least, most = likely_answer(protocol.config_for(item), item.messages)
        low, high = low + around + least, high + around + most
    return judge_estimate(protocol.judge, (low, high), prices)
