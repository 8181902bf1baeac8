"""Defines a rework: a run that reuses calls of an earlier run of its turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from moa_core.errors import ConfigError
from moa_core.mixture import AgentSpec, MoAConfig, Seat
from moa_core.run.results import Call


@dataclass(frozen=True, slots=True)
class ReusedCall:
    """An earlier call that holds a seat, which is not asked again.

    Attributes:
        call: However it ended; only a succeeded one is ever a reference.
        included: Whether those who read its layer are given its text.
    """

    call: Call
    included: bool = True

    @property
    def read(self) -> bool:
        """Whether it is a reference."""
        return self.included and self.call.outcome == "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    """What a run takes over, and whom it asks.

    Attributes:
        reused: Calls of earlier runs of the turn, by the seat they hold now.
        asks: The proposers that are asked; ``None`` for all whose seat is not reused.
        synthesise: Whether the aggregator is asked. Where it is not, its seats may be
            reused too, so that the answer stays in its place.
    """

    reused: Mapping[Seat, ReusedCall] = field(default_factory=dict)
    asks: frozenset[Seat] | None = None
    synthesise: bool = True

    def __post_init__(self) -> None:
        before = ("proposer", "provisional")
        answers = [
            each for each in self.reused.values() if each.call.role not in before
        ]
        if self.synthesise and answers:
            raise ConfigError("A run that synthesises asks its aggregator itself.")
        if self.asks and self.asks & self.reused.keys():
            raise ConfigError("A seat is either reused or asked, not both.")

    @property
    def whole(self) -> bool:
        """Whether its mixture says who is asked, by its own rules: no user chose them.

        So it is with a run that takes nothing over, and with one that goes on where
        another was cut off.
        """
        return self.asks is None and self.synthesise

    def asked_of(self, config: MoAConfig, layer_index: int) -> dict[Seat, AgentSpec]:
        """The proposers of a layer that this run asks, in proposer order."""
        agents = config.layers[layer_index].proposers
        seats = {Seat(layer_index, place): agent for place, agent in enumerate(agents)}
        return {
            seat: agent
            for seat, agent in seats.items()
            if seat not in self.reused and (self.asks is None or seat in self.asks)
        }

    def passes_over(self, config: MoAConfig, layer_index: int) -> bool:
        """Whether nobody of a layer is asked or reused, but somebody after it."""
        held = {seat.layer_index for seat in self.reused}
        held |= {i for i in range(len(config.layers)) if self.asked_of(config, i)}
        gone_on = self.synthesise or max(held, default=0) > layer_index
        return layer_index not in held and bool(gone_on or config.pace.early_exit)

    def reads_on(self, config: MoAConfig, layer_index: int) -> bool:
        """Whether anybody asked after this layer needs its proposals."""
        later = range(layer_index + 1, len(config.layers))
        return self.synthesise or any(self.asked_of(config, index) for index in later)


FULL_RUN: Final = Rework()
"""Nothing is reused: everybody is asked."""
