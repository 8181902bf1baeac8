"""Rows back into the state that pages draw: a stored run looks as it did live."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from moa_core.config import MoAConfig
from moa_core.errors import ProviderError, RunError, RunInterruptedError
from moa_core.results import CallOutcome, Seat
from moa_core.run_state import LayerState, RunState, RunStatus, SeatState
from storage.call_columns import call_of
from storage.error_columns import run_error
from storage.tables import CallRow, RunRow
from storage.times import seconds_or_none


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A row of a call with its texts."""

    row: CallRow
    text: str
    reasoning: str

    @property
    def ended_s(self) -> float:
        """Run time at which it ended, as far as is known."""
        return (self.row.started_ms + (self.row.duration_ms or 0)) / 1000


def state_of(config: MoAConfig, run: RunRow, calls: Sequence[StoredCall]) -> RunState:
    """Rebuild the state of ``run``.

    Args:
        config: Its mixture.
        run: Its row.
        calls: All of its calls, each seat's attempts in order.
    """
    state = RunState(config)
    state.status = cast(RunStatus, run.status)
    for call in calls:
        _add(state.seat_at(Seat(call.row.layer_index, call.row.position)), call)
    if not state.live:
        _close(state)
    for layer in state.layers:
        _set_times(layer, [c for c in calls if c.row.layer_index == layer.index])
    state.ttft_s = seconds_or_none(run.ttft_ms)
    state.latency_s = seconds_or_none(run.latency_ms)
    state.now_s = max(
        (run.heartbeat_at - run.created_at) / 1000 if state.live else 0.0,
        state.latency_s or max((call.ended_s for call in calls), default=0.0),
    )
    state.error = _error(state, run)
    return state


def _add(seat: SeatState, call: StoredCall) -> None:
    """Let the seat take in its next attempt."""
    row = call.row
    seat.start(row.attempt, row.started_ms / 1000)
    seat.parts = [call.text] if call.text else []
    seat.reasoning_parts = [call.reasoning] if call.reasoning else []
    if row.ttft_ms is not None:
        seat.first_content_s = (row.started_ms + row.ttft_ms) / 1000
        seat.status = "writing"
    if row.status in ("pending", "running"):
        return
    ended = call_of(row, call.text, call.reasoning, cast(CallOutcome, row.status))
    if row.retry_wait_ms is None:
        seat.end(ended)
    else:
        seat.restart(ended, row.retry_wait_ms / 1000)


def _close(state: RunState) -> None:
    """In a run that is over, no seat waits for anything."""
    for seat in state.seats:
        if seat.status != "pending" and not seat.ended:
            seat.status = "stopped" if state.status == "stopped" else "interrupted"


def _set_times(layer: LayerState, calls: Sequence[StoredCall]) -> None:
    if calls:
        layer.started_s = min(call.row.started_ms for call in calls) / 1000
    if calls and all(seat.ended for seat in layer.seats):
        layer.finished_s = max(call.ended_s for call in calls)


def _error(state: RunState, run: RunRow) -> RunError | None:
    if run.status == "interrupted":
        return RunInterruptedError()
    if run.error_type is None:
        return None
    layer_index, failures = _last_failures(state)
    return run_error(
        run.error_type,
        run.error_message or "",
        run.error_advice or "",
        layer_index=layer_index,
        failures=failures,
    )


def _last_failures(state: RunState) -> tuple[int, list[ProviderError]]:
    """The last layer that was asked, and what went wrong there."""
    rows = [*(layer.seats for layer in state.layers), state.aggregators]
    asked = [seats for seats in rows if any(seat.attempt for seat in seats)]
    seats = asked[-1] if asked else rows[0]
    errors = [seat.error for seat in seats if seat.error is not None]
    return seats[0].seat.layer_index, errors
