"""Which calls of an earlier run a run goes on from, so that nobody is paid twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from moa_core.errors import ConfigError
from moa_core.mixture import AgentSpec, MoAConfig, Seat
from moa_core.run.results import Call


@dataclass(frozen=True, slots=True)
class Given:
    """An earlier call that holds a seat, which is not asked again.

    Attributes:
        call: However it ended; only a succeeded one is ever a reference.
        ticked: Whether those who read its layer are given its text.
    """

    call: Call
    ticked: bool = True

    @property
    def read(self) -> bool:
        """Whether it is a reference."""
        return self.ticked and self.call.outcome == "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    """What a run takes over, and whom it asks.

    Attributes:
        given: Calls of earlier runs of the turn, by the seat they hold now.
        asks: The proposers that are asked; ``None`` for all whose seat is not given.
        synthesise: Whether the aggregator is asked. Where it is not, its seats may be
            given too, so that the answer stays in its place.
    """

    given: Mapping[Seat, Given] = field(default_factory=dict)
    asks: frozenset[Seat] | None = None
    synthesise: bool = True

    def __post_init__(self) -> None:
        answers = [each for each in self.given.values() if each.call.role != "proposer"]
        if self.synthesise and answers:
            raise ConfigError("A run that synthesises asks its aggregator itself.")
        if self.asks and self.asks & self.given.keys():
            raise ConfigError("A seat is either given or asked, not both.")

    def asked_of(self, config: MoAConfig, layer_index: int) -> dict[Seat, AgentSpec]:
        """The proposers of a layer that this run asks, in proposer order."""
        agents = config.layers[layer_index].proposers
        seats = {Seat(layer_index, place): agent for place, agent in enumerate(agents)}
        return {seat: agent for seat, agent in seats.items() if self._asks(seat)}

    def reads_on(self, config: MoAConfig, layer_index: int) -> bool:
        """Whether anybody asked after this layer needs its proposals."""
        later = range(layer_index + 1, len(config.layers))
        return self.synthesise or any(self.asked_of(config, index) for index in later)

    def _asks(self, seat: Seat) -> bool:
        return seat not in self.given and (self.asks is None or seat in self.asks)


WHOLE: Final = Rework()
"""Nothing is given: everybody is asked."""
