"""The mixtures that are measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Self

from bench.models.pace import Pace
from moa_core.mixture import AgentSpec, Layer, MoAConfig


@dataclass(frozen=True, slots=True)
class Work:
    """A mixture, and what it takes at best.

    Attributes:
        ideal_s: Sum over the layers of one answer's seconds; all are equally slow.
        first_s: Seconds to the first token of the synthesis.
    """

    config: MoAConfig
    pace: Pace

    @classmethod
    def of(
        cls, who: str, endpoints: Sequence[str], layers: int, width: int, pace: Pace
    ) -> Self:
        """``layers`` layers of ``width`` proposers and an aggregator, of one pace.

        Args:
            who: Begins the models' names; different names write different texts.
            endpoints: Servers that share the calls evenly.
            layers: Layers of proposers.
            width: Proposers of each layer.
            pace: Of every model.
        """
        servers = cycle(endpoints)
        seats = [
            AgentSpec(endpoint=next(servers), model=pace.model(f"{who}-{number}"))
            for number in range(layers * width + 1)
        ]
        proposers = [
            Layer(tuple(seats[first : first + width]))
            for first in range(0, layers * width, width)
        ]
        return cls(MoAConfig(layers=tuple(proposers), aggregator=seats[-1]), pace)

    @property
    def ideal_s(self) -> float:
        """Seconds that no engine can save: every layer takes one answer."""
        return self.pace.whole_s * (len(self.config.layers) + 1)

    @property
    def ideal_first_s(self) -> float:
        """Seconds to the first token of the synthesis, likewise."""
        return self.pace.whole_s * len(self.config.layers) + self.pace.first_s

    @property
    def chunks(self) -> int:
        """Tokens that arrive in one run."""
        calls = sum(len(layer.proposers) for layer in self.config.layers) + 1
        return calls * self.pace.tokens
