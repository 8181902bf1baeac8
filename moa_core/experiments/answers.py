"""Takes the answer of an arm, and what it cost and took, from the run that wrote it."""

from moa_core.experiments.work import SettledAnswer
from moa_core.run import Call, RunState, SeatState


def answer_in_run(state: RunState) -> tuple[SettledAnswer, Call]:
    """The synthesis of a run that succeeded.

    Cost and time are those of the arm asked by itself: proposals that were taken over
    and read count, however often they are used.
    """
    call = state.synthesis.call
    if call is None:
        raise ValueError("the run wrote no answer")
    read = [seat.calls for seat in state.seats if seat.reused and seat.included]
    cost = sum((calls[-1].cost for calls in read if calls), state.cost)
    answer = SettledAnswer(
        characters=len(call.text), cost_usd=cost.total_usd, seconds=_seconds(state)
    )
    return answer, call


def proposal_as_answer(call: Call) -> SettledAnswer:
    """A proposal that stands for an answer without a mixture."""
    return SettledAnswer(
        characters=len(call.text), cost_usd=call.cost.total_usd, seconds=call.latency_s
    )


def _seconds(state: RunState) -> float:
    """The run's own, or where calls were taken over, the slowest of each layer.

    Auto's first answer is written beside a second opinion, and before all others.
    """
    if not any(seat.reused for seat in state.seats) and state.latency_s is not None:
        return state.latency_s
    slowest = [
        max((_duration(seat) for seat in layer.seats if seat.included), default=0.0)
        for layer in state.layers
    ]
    first = state.provisional if state.config.pace.auto else None
    first_s = _duration(first) if first else 0.0
    if state.synthesis is first:
        return max(first_s, *slowest)
    return first_s + sum(slowest) + sum(map(_duration, state.aggregators))


def _duration(seat: SeatState) -> float:
    return sum(call.latency_s for call in seat.calls)
