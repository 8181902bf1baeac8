"""All that a page can see of a run, to be compared.

Without ``timed`` only whether there is a time: a real run's are finer than the
milliseconds that are stored.
"""

from dataclasses import replace

from moa_core.run.results import Call
from moa_core.run.run_state import RunState
from moa_core.run.seat_state import SeatState


def shown(state: RunState, *, timed: bool = True) -> object:
    return (
        (state.config, state.status, state.synthesises, sorted(state.rework.reused)),
        _times(timed, state.ttft_s, state.latency_s),
        _error(state.error),
        (state.usage, state.cost, state.answered, state.asked),
        [[_seat(seat, timed) for seat in layer.seats] for layer in state.layers],
        [_seat(seat, timed) for seat in state.aggregators],
        _seat(state.synthesis, timed),
    )


def _seat(seat: SeatState, timed: bool) -> object:
    return (
        (seat.role, seat.seat, seat.agent, seat.status, seat.attempt),
        (seat.text, seat.reasoning, seat.reused, seat.included),
        _times(timed, seat.since_s, seat.first_content_s, seat.wait_s),
        _error(seat.error),
        [_call(ended, timed) for ended in seat.calls],
        seat.call is None,
    )


def _call(call: Call, timed: bool) -> object:
    """A call with its error as it is shown: errors compare by identity."""
    times = _times(timed, call.started_at_s, call.ttft_s, call.latency_s)
    plain = replace(call, error=None, started_at_s=0.0, ttft_s=None, latency_s=0.0)
    return plain, times, _error(call.error)


def _times(timed: bool, *seconds: float | None) -> list[object]:
    return [each if timed else each is None for each in seconds]


def _error(error: Exception | None) -> object:
    if error is None:
        return None
    status = getattr(error, "http_status", None)
    failures = [_error(failure) for failure in getattr(error, "failures", ())]
    return type(error), str(error), getattr(error, "advice", None), status, failures
