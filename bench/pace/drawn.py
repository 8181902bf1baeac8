"""Draws how fast the models of a run are: the same for every mode that is measured."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count, cycle
from math import exp
from typing import Final, Literal, Self

from bench.models import WritingPace
from moa_core.mixture import AgentSpec, Layer, MoAConfig, Pace

Fault = Literal["none", "straggler", "hang", "aggregator hangs"]

LAYERS, WIDTH = 2, 6
USUAL: Final = WritingPace(tokens=36, per_s=12.0, first_s=0.4)
SLOWER: Final = 5
NEVER_S: Final = 1e6

_numbers = count()


@dataclass(frozen=True, slots=True)
class Drawn:
    """One run: the paces of its models, and what it takes at best.

    Attributes:
        ideal_s: The slowest healthy proposer of each layer, one after another, and the
            aggregator, had it not been silent.
    """

    layers: tuple[tuple[WritingPace, ...], ...]
    aggregator: WritingPace
    ideal_s: float

    @classmethod
    def of(cls, dice: random.Random, sigma: float, fault: Fault) -> Self:
        """A run whose models differ in speed by a lognormal factor.

        Args:
            dice: Where chance comes from.
            sigma: Of the logarithm of a model's speed.
            fault: What is wrong with one proposer of each layer, or the aggregator.
        """
        layers, ideal_s = [], 0.0
        for _ in range(LAYERS):
            healthy = [_varied(dice, sigma) for _ in range(WIDTH)]
            place = dice.randrange(WIDTH)
            faulty = _faulty(healthy[place], fault)
            ideal_s += max(
                pace.whole_s
                for at, pace in enumerate(healthy)
                if at != place or faulty == pace
            )
            layers.append((*healthy[:place], faulty, *healthy[place + 1 :]))
        writer = _varied(dice, sigma)
        ideal_s += writer.whole_s
        if fault == "aggregator hangs":
            writer = replace(writer, first_s=NEVER_S)
        return cls(tuple(layers), writer, ideal_s)

    def mixture(self, endpoints: Sequence[str], settings: Pace) -> MoAConfig:
        """A mixture of such models, whose fallback is a usual one."""
        servers = cycle(endpoints)

        def agent(pace: WritingPace) -> AgentSpec:
            name = pace.model(f"m{next(_numbers)}")
            return AgentSpec(endpoint=next(servers), model=name)

        return MoAConfig(
            layers=tuple(Layer(tuple(map(agent, layer))) for layer in self.layers),
            aggregator=agent(self.aggregator),
            fallbacks=(agent(USUAL),),
            pace=settings,
        )


def _varied(dice: random.Random, sigma: float) -> WritingPace:
    factor = exp(dice.gauss(0.0, sigma))
    return replace(
        USUAL, per_s=round(USUAL.per_s / factor, 4), first_s=USUAL.first_s * factor
    )


def _faulty(pace: WritingPace, fault: Fault) -> WritingPace:
    if fault == "straggler":
        return replace(pace, per_s=pace.per_s / SLOWER, first_s=pace.first_s * SLOWER)
    return replace(pace, first_s=NEVER_S) if fault == "hang" else pace
