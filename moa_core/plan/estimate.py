"""Estimates the cost of the next turn as a range, from the prompts to be sent.

Every call that is made is counted once, without retries and fallbacks; where calls are
hedged, the high end has the prompts of those that may be closed. The input of a call is
its real prompt, with the answers of the layer before as references: those that are
known as long as they are, the others as long as is likely. Its output is the likely
length of an answer, no more than its agent may write. The low end of a turn assumes
short answers everywhere, the high end long ones: whether a question asks for little or
much is the same for all models, so their errors do not cancel out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from typing import Literal

from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.plan.call_forecast import TOKENIZERS, CallForecast, ForecastCall
from moa_core.plan.early_requests import fast_start_calls
from moa_core.plan.image_tokens import Sees
from moa_core.pricing import PriceBook
from moa_core.run import FULL_RUN, NO_REQUEST, Rework, WriterRequest
from moa_core.usage import FREE, UNKNOWN_COST, Cost, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one run will probably take; a pair is ``(low, high)``.

    Attributes:
        calls: Calls when none fails: all proposers that are asked and one aggregator;
            where one may answer first, that answer too.
        fewest_calls: Calls if the run needs no more: a first answer and a second
            opinion, or one layer whose proposals agree. ``None`` for as many.
        guessed_images: How many calls are sent images whose tokens nobody can tell;
            what they may take is between ``low`` and ``high`` all the same.
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
    fewest_calls: int | None = None
    guessed_images: int = 0


def estimate(
    config: MoAConfig,
    messages: Sequence[Message],
    prices: PriceBook,
    rework: Rework = FULL_RUN,
    request: WriterRequest = NO_REQUEST,
    sees: Sees = lambda ref: None,
) -> Estimate:
    """Estimate what answering ``messages`` with ``config`` takes, calling nobody.

    One more proposer, a layer put first or a layer doubled never lowers it, but for the
    low end of Auto, where a cheaper one may give the second opinion.

    Args:
        config: The mixture.
        messages: The conversation, ending with the question as far as it is written.
        prices: Where costs come from.
        rework: What is taken over from an earlier run; its texts are known.
        request: What another program asks of whoever writes the answer.
        sees: Whether a model, by its ref, is sent the images that are attached.
    """
    config = request.applied_to(config)
    forecast = CallForecast(config, messages, rework, request, sees)
    planned, besides = forecast.calls(), list[ForecastCall]()
    if not request.changes_form:
        planned, besides = fast_start_calls(
            config, rework, planned, forecast.references()
        )
    calls = [*forecast.first_answer(), *planned]
    fewest = _fewest(forecast, config, prices) if rework == FULL_RUN else None
    return _summed(calls, prices, [*forecast.hedges(), *besides], fewest)


def estimate_from_layer(
    config: MoAConfig, messages: Sequence[Message], prices: PriceBook, layer_index: int
) -> Estimate:
    """Estimate the calls of a layer and all after it; the drafts before are there.

    The number of layers stands for the aggregator's call alone.
    """
    before = sum(len(layer.proposers) for layer in config.layers[:layer_index])
    forecast = CallForecast(config, messages, FULL_RUN)
    calls, besides = fast_start_calls(
        config, FULL_RUN, forecast.calls(), forecast.references()
    )
    return _summed(calls[before:], prices, [*forecast.hedges(), *besides])


def likely_answer(
    config: MoAConfig, messages: Sequence[Message]
) -> tuple[float, float]:
    """Between how many tokens the answer of a mixture probably has."""
    answer = CallForecast(config, messages, FULL_RUN).calls()[-1].answer
    return answer.low, answer.high


def _fewest(
    forecast: CallForecast, config: MoAConfig, prices: PriceBook
) -> list[ForecastCall] | None:
    """The calls of a run that needs no more, where it can do with fewer."""
    pace = config.pace
    if not (config.layers and (pace.auto or pace.early_exit)):
        return None
    opinions = forecast.calls_of_layer(0, [])
    if pace.auto:
        costs = {id(each): _cost(each, each.least, 0, prices) for each in opinions}

        def rank(each: ForecastCall) -> tuple[int, Decimal]:
            return costs[id(each)].unknown_calls, costs[id(each)].usd

        return [*forecast.first_answer(), min(opinions, key=rank)]
    if len(config.layers) > 1:
        return [*opinions, forecast.synthesis([call.answer for call in opinions])]
    return None


def _summed(
    calls: Sequence[ForecastCall],
    prices: PriceBook,
    hedges: Sequence[ForecastCall],
    fewest: Sequence[ForecastCall] | None = None,
) -> Estimate:
    """What calls take: at the low end only the ``fewest``, at the high end all."""
    possible, certain = (*calls, *hedges), calls if fewest is None else fewest
    least = sum((call.least for call in certain), Usage())
    most = sum((call.most for call in possible), Usage())
    low = sum((_cost(call, call.least, 0, prices) for call in certain), FREE)
    high = sum((_cost(call, call.most, 1, prices) for call in possible), FREE)
    all_calls = sum((_cost(call, call.least, 0, prices) for call in calls), FREE)
    return Estimate(
        calls=len(calls),
        low=Cost(low.usd, all_calls.unknown_calls),
        high=high,
        input_tokens=(least.input_tokens, most.input_tokens),
        output_tokens=(least.output_tokens, most.output_tokens),
        fewest_calls=None if fewest is None else len(fewest),
        guessed_images=sum(call.guesses_images for call in calls),
    )


def longest_prompts(
    config: MoAConfig, messages: Sequence[Message], rework: Rework = FULL_RUN
) -> dict[AgentSpec, int]:
    """How many tokens each agent may have to hold: its longest prompt and answer."""
    held: dict[AgentSpec, int] = {}
    for call in CallForecast(config, messages, rework).calls():
        tokens = call.most.input_tokens + call.agent.max_tokens
        held[call.agent] = max(tokens, held.get(call.agent, 0))
    return held


def _cost(
    call: ForecastCall, usage: Usage, end: Literal[0, 1], prices: PriceBook
) -> Cost:
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
