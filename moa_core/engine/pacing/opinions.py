"""Chooses whose opinion Auto asks for, and estimates what asking no more saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Final

from moa_core.engine.pacing.doubt import kin
from moa_core.mixture import AgentSpec, MoAConfig, Seat
from moa_core.pricing import PriceBook
from moa_core.run import Call
from moa_core.usage import FREE, UNKNOWN_COST, Cost, Usage

_TYPICAL: Final = Usage(input_tokens=1000, output_tokens=500)
"""What prices are compared by."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What an answer by one model saved against the whole mixture.

    Attributes:
        calls: How many fewer were made.
        cost: What they would have cost, an estimate: the calls that were not made,
            with answers as long as those that were written, less the first answer.
    """

    calls: int
    cost: Cost


def asking_order(config: MoAConfig, prices: PriceBook) -> tuple[Seat, ...]:
    """The first layer's proposers in the order in which Auto asks them.

    Those of another maker than the aggregator's come first, since models of one maker
    err alike; then the cheapest. A price that nobody knows is not a low one.
    """
    own = kin(config.aggregator)

    def rank(seat: Seat) -> tuple[bool, bool, Decimal, Seat]:
        agent = config.layers[0].proposers[seat.position]
        cost = _cost(agent, _TYPICAL, prices)
        return bool(own & kin(agent)), bool(cost.unknown_calls), cost.usd, seat

    places = range(len(config.layers[0].proposers))
    return tuple(sorted((Seat(0, place) for place in places), key=rank))


def saving_of(
    config: MoAConfig, first: Call, asked: Mapping[Seat, Call], prices: PriceBook
) -> Saving:
    """What it saved that only these were asked.

    Args:
        config: The whole mixture.
        first: The first answer, which the whole mixture would not have asked for.
        asked: The proposals that were asked for.
        prices: Where costs come from.
    """
    written = [first, *asked.values()]
    answer = round(fmean(call.usage.output_tokens for call in written))
    question = first.usage.input_tokens
    unmade: list[tuple[AgentSpec, int]] = []
    drafts = 0
    for index, layer in enumerate(config.layers):
        unmade += [
            (agent, question + drafts * answer)
            for place, agent in enumerate(layer.proposers)
            if Seat(index, place) not in asked
        ]
        drafts = len(layer.proposers)
    unmade.append((config.aggregator, question + drafts * answer))
    costs = [
        _cost(agent, Usage(input_tokens=read, output_tokens=answer), prices)
        for agent, read in unmade
    ]
    return Saving(len(unmade) - 1, _less(sum(costs, FREE), first.cost))


def _less(cost: Cost, paid: Cost) -> Cost:
    unknown_calls = cost.unknown_calls + paid.unknown_calls
    return Cost(max(cost.usd - paid.usd, Decimal(0)), unknown_calls)


def _cost(agent: AgentSpec, usage: Usage, prices: PriceBook) -> Cost:
    price = prices.price_of(agent.endpoint, agent.model, usage.input_tokens)
    return price.cost_of(usage) if price else UNKNOWN_COST
