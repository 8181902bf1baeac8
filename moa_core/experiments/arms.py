"""Says how each arm of an experiment is answered, from one panel a question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from moa_core.experiments.protocol import (
    ALONE,
    MIXTURE,
    ONE_MODEL,
    PLACEBO,
    Arm,
    Protocol,
    seat_left_out,
)
from moa_core.experiments.work import KnownRun
from moa_core.mixture import AgentSpec, Layer, MoAConfig, Seat
from moa_core.plan import rework_plan
from moa_core.run import FULL_RUN, Call, ReusedCall, Rework, RunState


@dataclass(frozen=True, slots=True)
class Recipe:
    """A mixture, and what it takes over from the run called ``base``."""

    config: MoAConfig
    rework: Rework = FULL_RUN
    base: str | None = None


def config_of(protocol: Protocol, arm: Arm) -> MoAConfig:
    """The mixture of an arm; those of B, D and E differ in what they read only."""
    mixture = protocol.mixture
    if arm == ALONE:
        return replace(mixture, layers=(), fallbacks=(), method="synthesise")
    if arm == ONE_MODEL and protocol.one_model:
        return _of_one_model(mixture, protocol.one_model)
    return mixture


def _of_one_model(mixture: MoAConfig, model: AgentSpec) -> MoAConfig:
    """As many calls, all proposals from one model, under the same aggregator."""
    layers = tuple(Layer((model,) * len(layer.proposers)) for layer in mixture.layers)
    return replace(mixture, layers=layers)


def recipe(
    protocol: Protocol,
    arm: Arm,
    panel: KnownRun | None,
    other_panel: KnownRun | None,
    begun: KnownRun | None,
) -> Recipe:
    """How an arm is asked now.

    Args:
        protocol: Of the experiment.
        arm: Any but one whose answer is there.
        panel: The run of the mixture on this question; ``None`` for the mixture itself.
        other_panel: The same on another question, for the placebo.
        begun: The run of this arm that ended before its answer; what it has is not
            asked again.
    """
    config = config_of(protocol, arm)
    if arm in (MIXTURE, ONE_MODEL):
        return _continued(config, begun)
    if arm == ALONE:
        return Recipe(config)
    source = other_panel if arm == PLACEBO else panel
    if source is None:
        raise ValueError(f"arm {arm} needs a panel")
    included = {
        seat.seat
        for seat in source.state.read_by(len(config.layers))
        if arm == PLACEBO or seat.seat != seat_left_out(config, arm)
    }
    plan = rework_plan.resynthesise(source.state, included=included)
    return Recipe(config, plan.rework, source.uid)


def _continued(config: MoAConfig, begun: KnownRun | None) -> Recipe:
    """The whole of a mixture, but for what an earlier run of it has already."""
    if begun is None or not begun.state.answered:
        return Recipe(config)
    kept = _kept_calls(begun.state)
    return Recipe(config, Rework(reused=kept), begun.uid)


def _kept_calls(state: RunState) -> Mapping[Seat, ReusedCall]:
    """Proposals that were made; and the failed calls of layers that were read."""
    later_begun = [
        any(seat.calls for seat in layer.seats) for layer in state.layers[1:]
    ]
    read = [*later_begun, any(seat.calls for seat in state.aggregators)]
    return {
        seat.seat: ReusedCall(seat.calls[-1])
        for layer in state.layers
        for seat in layer.seats
        if seat.calls and (seat.status == "succeeded" or read[layer.index])
    }


def alone_in_panel(protocol: Protocol, panel: RunState) -> Call | None:
    """The proposal that is arm A: of layer 1, by the aggregator with its settings.

    ``None`` where nobody like that sits there, or it did not answer.
    """
    for seat in panel.layers[0].seats:
        same = seat.agent == protocol.mixture.aggregator
        if same and seat.status == "succeeded":
            return seat.call
    return None
