"""Plans reworks: selects the calls of an ended run to reuse, and the seats to call."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from moa_core.errors import ConfigError
from moa_core.mixture import (
    AgentSpec,
    Length,
    Method,
    MoAConfig,
    Prompts,
    Seat,
    with_agent,
)
from moa_core.run import ProposersLeftOut, ReusedCall, Rework, RunState, SeatState


@dataclass(frozen=True, slots=True)
class Plan:
    """A run that goes on from another one of its turn.

    Attributes:
        config: Its mixture, of the same shape as that of the other run.
        rework: What it takes over, and whom it asks.
    """

    config: MoAConfig
    rework: Rework


def retry_seats(
    state: RunState, seats: Collection[Seat], agent: AgentSpec | None = None
) -> Plan:
    """Ask proposers again and nobody else; what read the old ones stays as it is.

    Args:
        state: The run that ended.
        seats: Whom to ask.
        agent: Another agent for these seats; ``None`` leaves those that are there.

    Raises:
        ConfigError: A seat is not one of a proposer, or there is none.
    """
    layers = range(len(state.layers))
    if not seats or any(seat.layer_index not in layers for seat in seats):
        raise ConfigError("Only proposals can be retried one by one.")
    config = state.config
    if agent:
        for seat in seats:
            config = with_agent(config, seat, agent)
    reused = [seat for seat in state.seats if seat.seat not in seats]
    return Plan(
        config,
        Rework(reused=_reused_calls(reused), asks=frozenset(seats), synthesise=False),
    )


def resynthesise(  # noqa: PLR0913 - all that can be different, by name
    state: RunState,
    *,
    aggregator: AgentSpec | None = None,
    fallbacks: Sequence[AgentSpec] | None = None,
    length: Length | None = None,
    prompts: Prompts | None = None,
    method: Method | None = None,
    included: Collection[Seat] | None = None,
) -> Plan:
    """Have the answer written again from the proposals that are there.

    Args:
        state: The run that ended.
        aggregator: Who writes; ``None``, here and below, leaves what was.
        fallbacks: Asked in this order when the aggregator fails.
        length: How long the answer should be.
        prompts: How the proposals are put to the aggregator.
        method: Whether it writes an answer or chooses one.
        included: Proposals of the last layer that it reads.

    Raises:
        ConfigError: It would have no proposal to read.
    """
    changes: dict[str, Any] = {
        "aggregator": aggregator,
        "fallbacks": None if fallbacks is None else tuple(fallbacks),
        "length": length,
        "prompts": prompts,
        "method": method,
    }
    changed = {name: value for name, value in changes.items() if value is not None}
    reused = _reused_calls([seat for layer in state.layers for seat in layer.seats])
    if included is not None:
        reused |= {
            seat: replace(each, included=seat in included)
            for seat, each in reused.items()
            if seat.layer_index == state.layer_before(len(state.layers))
        }
    return _plan_from_layer(
        state, len(state.layers), replace(state.config, **changed), reused
    )


def rerun_from_layer(
    state: RunState, layer_index: int, *, left_out: Collection[Seat] = ()
) -> Plan:
    """Ask a layer and all after it anew, over what is there before, and synthesise.

    Args:
        state: The run that ended.
        layer_index: From 0; the number of layers asks the aggregator alone.
        left_out: Proposals before it that are not read.

    Raises:
        ConfigError: The layer before has no proposal to go on from.
    """
    before = [seat for layer in state.layers[:layer_index] for seat in layer.seats]
    reused = _reused_calls(before)
    reused |= {
        seat: replace(reused[seat], included=False)
        for seat in left_out
        if seat in reused
    }
    return _plan_from_layer(state, layer_index, state.config, reused)


def answer_without_layers(state: RunState, layer_index: int) -> Plan:
    """Have the answer written from what is there before a layer, without asking it.

    Args:
        state: The run that ended.
        layer_index: The first layer that is left out; so are all after it.

    Raises:
        ConfigError: There is no proposal before it.
    """
    before = [seat for layer in state.layers[:layer_index] for seat in layer.seats]
    if not state.read_by(layer_index):
        raise ConfigError(f"There is no proposal before layer {layer_index + 1}.")
    rework = Rework(reused=_reused_calls(before), asks=frozenset())
    return Plan(state.config, rework)


def bring_in_late(state: RunState) -> Plan:
    """Have those who came too late read by whoever comes after them.

    All proposals are reused, the late ones included; layers after theirs are asked
    again. Where none of the late ones has an answer, they are asked again as well.

    Args:
        state: The run that ended.

    Raises:
        ConfigError: Nobody came too late.
    """
    late = late_seats(state)
    if not late:
        raise ConfigError("No model came too late.")
    first = late[0].seat.layer_index
    reused = _reused_calls(
        [s for layer in state.layers[: first + 1] for s in layer.seats]
    )
    whole = [seat.seat for seat in late if seat.status == "succeeded"]
    again = [] if whole else [seat.seat for seat in late]
    reused = {seat: each for seat, each in reused.items() if seat not in again}
    reused |= {seat: replace(reused[seat], included=True) for seat in whole}
    later = [s.seat for layer in state.layers[first + 1 :] for s in layer.seats]
    return Plan(state.config, Rework(reused=reused, asks=frozenset([*again, *later])))


def late_seats(state: RunState) -> list[SeatState]:
    """Those of the first layer that went on without some, who can be brought in."""
    for layer in state.layers:
        if late := [seat for seat in layer.seats if seat.late and not seat.included]:
            return late
    return []


def answered_alone(state: RunState) -> bool:
    """Whether a run of Auto has ended with the answer of one model."""
    answer = state.synthesis
    alone = answer.role == "provisional" and answer.status == "succeeded"
    return bool(alone and state.config.pace.auto and not state.live)


def left_out_seats(state: RunState) -> list[SeatState]:
    """Those whom Auto did not ask, since the first answer and another one agree."""
    made = [each for _, each in state.decisions if isinstance(each, ProposersLeftOut)]
    seats = [state.seat_at(seat) for decision in made for seat in decision.left_out]
    return [seat for seat in seats if not seat.calls]


def ask_the_others(state: RunState) -> Plan:
    """Ask all whom Auto has left out; the proposals of layer 1 that are there are read.

    Args:
        state: The run that ended with one model's answer, or with some left out.
    """
    proposals = [seat for layer in state.layers for seat in layer.seats]
    first = [seat for seat in state.layers[0].seats if seat.status == "succeeded"]
    reused = _reused_calls(first)
    asks = frozenset(seat.seat for seat in proposals if seat.seat not in reused)
    return Plan(state.config, Rework(reused=reused, asks=asks))


def skipped_layers(state: RunState) -> list[int]:
    """The layers that were not asked, since the proposals before them agree."""
    return [layer.index for layer in state.layers if state.left_out(layer.index)]


def _plan_from_layer(
    state: RunState, layer_index: int, config: MoAConfig, reused: dict[Seat, ReusedCall]
) -> Plan:
    """Ask from ``layer_index`` on."""
    read = [
        each
        for seat, each in reused.items()
        if each.read and seat.layer_index == state.layer_before(layer_index)
    ]
    if layer_index and not read:
        raise ConfigError(
            f"Layer {layer_index} has no proposal to continue from: select one, or "
            "retry one of its models."
        )
    later = state.layers[layer_index:]
    asks = frozenset(seat.seat for layer in later for seat in layer.seats)
    return Plan(config, Rework(reused=reused, asks=asks))


def _reused_calls(seats: Collection[SeatState]) -> dict[Seat, ReusedCall]:
    """What these seats hold: the last call of each that ever was asked."""
    return {
        seat.seat: ReusedCall(seat.calls[-1], seat.included)
        for seat in seats
        if seat.calls
    }


def first_unanswered_layer(state: RunState) -> int | None:
    """The first layer of which nobody has answered, if it has proposals to read.

    The number of layers stands for the aggregator, if nobody has asked it.
    """
    for layer in state.layers[1:]:
        if state.left_out(layer.index):
            continue
        if not any(seat.status == "succeeded" for seat in layer.seats):
            return layer.index if state.read_by(layer.index) else None
    last = len(state.layers)
    asked = any(seat.calls for seat in state.aggregators)
    return last if last and not asked and state.read_by(last) else None


def stale_seats(chain: Sequence[RunState]) -> frozenset[Seat]:
    """The seats whose text was written before what it read, or should read, changed.

    Args:
        chain: The runs of a turn that went on from one another, oldest first; the
            question is asked of the last one.

    Returns:
        Seats of the last run, also those that only read a stale one.
    """
    now = chain[-1]
    stale: set[Seat] = set()
    for seat in now.seats:
        called = [state for state in chain if not state.seat_at(seat.seat).reused]
        written_in, reads = (called or chain[:1])[-1], now.read_at(seat.seat)
        if seat.calls and (
            [each.text for each in written_in.read_at(seat.seat)]
            != [each.text for each in reads]
            or not stale.isdisjoint(each.seat for each in reads)
        ):
            stale.add(seat.seat)
    return frozenset(stale)
