"""Says how each arm of an experiment is answered, from one panel a question."""

from dataclasses import dataclass, replace

from moa_core.experiments.arm_names import (
    ALONE,
    ONE_MODEL,
    OTHER,
    PLACEBO,
    PROPOSAL,
    WHOLE,
    WITHOUT,
    WRITER,
    Arm,
    seat_of_arm,
)
from moa_core.experiments.protocol import Protocol
from moa_core.experiments.work import KnownRun
from moa_core.mixture import AgentSpec, Layer, MoAConfig, Seat
from moa_core.plan import kept_calls, rest_of_run, rework_plan
from moa_core.run import FULL_RUN, Call, Rework, RunState


@dataclass(frozen=True, slots=True)
class Recipe:
    """A mixture, and what it takes over from the run called ``base``."""

    config: MoAConfig
    rework: Rework = FULL_RUN
    base: str | None = None


def config_of(protocol: Protocol, arm: Arm) -> MoAConfig:
    """The mixture of an arm; those of B, D and E differ in what they read only."""
    mixture = protocol.mixture
    if arm == ONE_MODEL and protocol.one_model:
        return _of_one_model(mixture, protocol.one_model)
    if arm == OTHER and protocol.other:
        return protocol.other
    if arm == ALONE or arm.startswith(PROPOSAL):
        agent = mixture.aggregator if arm == ALONE else _agent_of(mixture, arm)
        alone = replace(mixture, layers=(), fallbacks=(), method="synthesise")
        return replace(alone, aggregator=agent)
    if arm.startswith(WRITER):
        writer = as_aggregator(mixture, _agent_of(mixture, arm))
        return replace(mixture, aggregator=writer, fallbacks=())
    return mixture


def _agent_of(mixture: MoAConfig, arm: Arm) -> AgentSpec:
    seat = seat_of_arm(mixture, arm)
    return mixture.layers[seat.layer_index].proposers[seat.position]


def as_aggregator(mixture: MoAConfig, agent: AgentSpec) -> AgentSpec:
    """A model in the aggregator's place: told the same, thinking as it does."""
    if agent.ref == mixture.aggregator.ref:
        return mixture.aggregator
    return replace(mixture.aggregator.with_model(agent.ref), effort=agent.effort)


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
    if arm in WHOLE:
        return continued(config, begun)
    if not config.layers:
        return Recipe(config)
    source = other_panel if arm == PLACEBO else panel
    if source is None:
        raise ValueError(f"arm {arm} needs a panel")
    left_out = seat_of_arm(config, arm) if arm.startswith(WITHOUT) else None
    if left_out and left_out.layer_index < len(config.layers) - 1:
        return _asked_again(config, left_out, source, begun)
    included = {seat.seat for seat in source.state.read_by(len(config.layers))}
    plan = rework_plan.resynthesise(source.state, included=included - {left_out})
    return Recipe(config, plan.rework, source.uid)


def _asked_again(
    config: MoAConfig, left_out: Seat, panel: KnownRun, begun: KnownRun | None
) -> Recipe:
    """The layers after a seat that is not read, asked anew; or what is missing."""
    if begun and begun.state.answered:
        kept = kept_calls(begun.state)
        asked = {seat.seat for layer in begun.state.layers for seat in layer.seats}
        rework = Rework(reused=kept, asks=frozenset(asked - kept.keys()))
        return Recipe(config, rework, begun.uid)
    after = left_out.layer_index + 1
    plan = rework_plan.rerun_from_layer(panel.state, after, left_out={left_out})
    return Recipe(config, plan.rework, panel.uid)


def continued(config: MoAConfig, begun: KnownRun | None) -> Recipe:
    """The whole of a mixture, but for what an earlier run of it has already.

    It goes on by the mixture's own rules: Auto as Auto, from its first answer.

    Args:
        config: The mixture.
        begun: Its run that ended before its answer, if there is one.
    """
    if begun is None or not kept_calls(begun.state):
        return Recipe(config)
    return Recipe(config, rest_of_run(begun.state), begun.uid)


def proposal_in_panel(protocol: Protocol, arm: Arm, panel: RunState) -> Call | None:
    """The proposal of layer 1 that is the answer of ``A``, ``P1``, ``P2`` ...

    That of A is by the aggregator with its settings. ``None`` for other arms, and where
    nobody like that sits there, or it did not answer.
    """
    config = config_of(protocol, arm)
    if config.layers:
        return None
    for seat in panel.layers[0].seats:
        if seat.agent == config.aggregator and seat.status == "succeeded":
            return seat.call
    return None
