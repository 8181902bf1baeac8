"""Rebuilds the state of a run from its rows, so that pages draw it as they did live."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from moa_core.errors import RunError, RunInterruptedError
from moa_core.mixture import MoAConfig, Seat
from moa_core.run import (
    FULL_RUN,
    Call,
    CallOutcome,
    Decision,
    LayerProceeded,
    LayerState,
    ReusedCall,
    Rework,
    RunState,
    RunStatus,
    SeatState,
    is_continued,
)
from storage.runs.answers import AnswerRef
from storage.runs.call_columns import call_of
from storage.runs.decision_columns import stored_decisions
from storage.runs.error_columns import rebuild_run_error
from storage.schema import CallRow, RunRow
from storage.values import seconds_or_none


@dataclass(frozen=True)
class StoredCall:
    """A row of a call with its texts."""

    row: CallRow
    text: str
    reasoning: str

    @property
    def ended_s(self) -> float:
        """Run time at which it ended, as far as is known."""
        return (self.row.started_ms + (self.row.duration_ms or 0)) / 1000

    @property
    def seat(self) -> Seat:
        """Where it was asked."""
        return Seat(self.row.layer_index, self.row.position)

    @cached_property
    def ended(self) -> Call:
        """The call, which is not under way any more; other runs may be given it too."""
        outcome = cast(CallOutcome, self.row.status)
        return call_of(self.row, self.text, self.reasoning, outcome)


@dataclass(frozen=True, slots=True)
class StoredInput:
    """A call of an earlier run, named ``ref``, that holds a seat of this one."""

    seat: Seat
    included: bool
    call: StoredCall
    ref: AnswerRef


def state_of(
    config: MoAConfig,
    run: RunRow,
    calls: Sequence[StoredCall],
    inputs: Sequence[StoredInput],
) -> RunState:
    """Rebuild the state of ``run``; ``calls`` has each seat's attempts in order."""
    state = RunState(config, _rework(run, calls, inputs))
    state.status = cast(RunStatus, run.status)
    for call in calls:
        _add(state.seat_at(call.seat), call)
    if not state.live:  # no seat waits for anything
        for seat in state.seats:
            if seat.status != "pending" and not seat.ended:
                seat.status = "stopped" if run.status == "stopped" else "interrupted"
    for at_s, decision in stored_decisions(run.decisions):
        state.decide(at_s, decision)
    for layer in state.layers:
        its_calls = [call for call in calls if call.row.layer_index == layer.index]
        if its_calls:
            _time_layer(layer, its_calls, state.decisions)
    state.ttft_s = seconds_or_none(run.ttft_ms)
    state.latency_s = seconds_or_none(run.latency_ms)
    state.now_s = max(
        (run.heartbeat_at - run.created_at) / 1000 if state.live else 0.0,
        state.latency_s or max((call.ended_s for call in calls), default=0.0),
    )
    state.error = _error(state, run)
    return state


def _time_layer(
    layer: LayerState,
    calls: Sequence[StoredCall],
    decisions: Sequence[tuple[float, Decision]],
) -> None:
    """When a layer began, and when it ended: with its last call that was not late."""
    layer.started_s = min(call.row.started_ms for call in calls) / 1000
    if all(seat.ended or seat.late for seat in layer.seats):
        in_time = [call.ended_s for call in calls if not call.row.late]
        layer.finished_s = max(in_time, default=None)
    for at_s, decision in decisions:
        if isinstance(decision, LayerProceeded) and decision.layer_index == layer.index:
            layer.finished_s = at_s


def _rework(
    run: RunRow, calls: Sequence[StoredCall], inputs: Sequence[StoredInput]
) -> Rework:
    """What the run took over; whom it asked is known by their calls."""
    if run.based_on_id is None:
        return FULL_RUN
    asked = frozenset(call.seat for call in calls if call.row.role == "proposer")
    return Rework(
        reused={
            each.seat: ReusedCall(each.call.ended, each.included) for each in inputs
        },
        asks=asked,
        synthesise=run.synthesises,
    )


def _add(seat: SeatState, call: StoredCall) -> None:
    """Let the seat take in its next attempt."""
    row = call.row
    kept = seat.parts[: seat.kept] if is_continued(row.finish_reason) else []
    seat.start(row.attempt, row.started_ms / 1000, continues=bool(kept))
    seat.parts = [*kept, *([call.text] if call.text else [])]
    seat.reasoning_parts = [call.reasoning] if call.reasoning else []
    if row.ttft_ms is not None:
        seat.first_content_s = (row.started_ms + row.ttft_ms) / 1000
        seat.status = "writing"
    if row.status in ("pending", "running"):
        return
    if row.retry_wait_ms is None:
        seat.end(call.ended)
    elif call.ended.continued:
        seat.go_on(call.ended)
    else:
        seat.restart(call.ended, row.retry_wait_ms / 1000)


def _error(state: RunState, run: RunRow) -> RunError | None:
    if run.status == "interrupted":
        return RunInterruptedError()
    if run.error_type is None:
        return None
    layers = [*(layer.seats for layer in state.layers), state.aggregators]
    # The layer where nothing was left to read, and what went wrong there.
    last = layers[-1]
    for seats in reversed(layers):
        if not any(seat.included and seat.status == "succeeded" for seat in seats):
            last = seats
    failures = [seat.error for seat in last if seat.error is not None]
    return rebuild_run_error(run, last[0].seat.layer_index, failures)
