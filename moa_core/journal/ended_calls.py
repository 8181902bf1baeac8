"""Tells which events end a call, and brings an ended call back into a run's state."""

from typing import NamedTuple

from moa_core.run import (
    Call,
    CallContinued,
    CallFailed,
    CallFinished,
    CallRestarted,
    RunEvent,
    RunState,
)


class EndedCall(NamedTuple):
    """A call, and after how many seconds its seat tries again; ``None``: it does not.

    A call that the next one continues is followed at once.
    """

    call: Call
    wait_s: float | None


def ended_call(event: RunEvent) -> EndedCall | None:
    """The call that ``event`` ends, if it does."""
    match event:
        case CallRestarted():
            return EndedCall(event.call, event.wait_s)
        case CallContinued():
            return EndedCall(event.call, 0.0)
        case CallFinished() | CallFailed():
            return EndedCall(event.call, None)
        case _:
            return None


def take_in(state: RunState, ended: EndedCall) -> None:
    """Add a call to ``state``, in the order in which they ended.

    A seat that was asked again after its end keeps the earlier call as an attempt.
    """
    call, wait_s = ended
    seat = state.seat_at(call.seat)
    if seat.call:
        seat.earlier.append(seat.call)
        seat.call = None
    kept = seat.parts[: seat.kept] if call.continued else []
    seat.start(call.attempt, call.started_at_s, continues=bool(kept))
    seat.parts = [*kept, *([call.text] if call.text else [])]
    ended_s = call.started_at_s + call.latency_s
    if call.continued:
        seat.apply(CallContinued(ended_s, call))
    elif wait_s is not None:
        seat.apply(CallRestarted(ended_s, call, wait_s))
    else:
        good = call.outcome == "succeeded"
        seat.apply((CallFinished if good else CallFailed)(ended_s, call))
