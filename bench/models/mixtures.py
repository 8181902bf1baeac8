"""Mixtures that are measured, of models that answer at a set pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Self

from moa_core.mixture import AgentSpec, Layer, MoAConfig


@dataclass(frozen=True, slots=True)
class Pace:
    """Tokens at an even pace after a first wait; the name of a model says it.

    Attributes:
        tokens: Length of the answer.
        per_s: Tokens a second.
        first_s: Seconds from the request to the first token.
    """

    tokens: int
    per_s: float
    first_s: float = 0.3

    @property
    def whole_s(self) -> float:
        """Seconds from the request to the last token."""
        return self.due_s(self.tokens - 1)

    def due_s(self, index: int) -> float:
        """Seconds from the request to the token ``index``."""
        return self.first_s + index / self.per_s

    def model(self, who: str) -> str:
        """The name of a model of this pace: ``who:400:50:0.3``."""
        return f"{who}:{self.tokens}:{self.per_s:g}:{self.first_s:g}"

    @classmethod
    def of(cls, model: str) -> Self:
        """The pace in a model's name."""
        _, tokens, per_s, first_s = model.rsplit(":", 3)
        return cls(int(tokens), float(per_s), float(first_s))


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
