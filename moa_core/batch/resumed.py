"""Makes one run out of the pieces of a row that was cut off."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moa_core.mixture import Seat
from moa_core.run import (
    CallContinued,
    CallFailed,
    CallFinished,
    CallRestarted,
    FirstAnswerJudged,
    Rework,
    RunAborted,
    RunEvent,
    RunFinished,
    RunState,
)


def has_answer(state: RunState) -> bool:
    """Whether a run that was cut off had its answer already."""
    answer = state.synthesis
    judged = [e for _, e in state.decisions if isinstance(e, FirstAnswerJudged)]
    stands = answer.role != "provisional" or any(each.stands for each in judged)
    return answer.status == "succeeded" and stands


def ended_s(state: RunState) -> float:
    """For how long a run was worked on before it was cut off."""
    return max((c.started_at_s + c.latency_s for c in state.calls), default=0.0)


def reopen(state: RunState, rework: Rework) -> None:
    """Let seats that are asked again begin anew; their calls stay as attempts."""
    for seat in state.seats:
        if seat.seat not in rework.reused and seat.calls:
            seat.earlier, seat.call = seat.calls, None
            seat.parts, seat.reasoning_parts, seat.kept = [], [], 0
            seat.status, seat.error = "pending", None


def attempts_of(state: RunState) -> Mapping[Seat, int]:
    """How often each seat was asked before."""
    return {
        seat.seat: max(call.attempt for call in seat.calls)
        for seat in state.seats
        if seat.calls
    }


def later(event: RunEvent, by_s: float, attempts: Mapping[Seat, int]) -> RunEvent:
    """An event of the rest of a run, on the clock of the whole.

    Args:
        event: As the engine told it.
        by_s: For how long the run was worked on before.
        attempts: How often each seat was asked before.
    """
    changes: dict[str, Any] = {"at_s": event.at_s + by_s}
    match event:
        case CallRestarted() | CallContinued() | CallFinished() | CallFailed():
            call = event.call
            changes["call"] = replace(
                call,
                started_at_s=call.started_at_s + by_s,
                attempt=call.attempt + attempts.get(call.seat, 0),
            )
        case RunFinished():
            changes["latency_s"] = event.latency_s + by_s
            if event.ttft_s is not None:
                changes["ttft_s"] = event.ttft_s + by_s
        case RunAborted():
            changes["latency_s"] = event.latency_s + by_s
        case _:
            pass
    return replace(event, **changes)
