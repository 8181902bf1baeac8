"""Loads runs with their calls, texts and inputs in few queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from moa_core.mixture import Seat
from moa_core.run import RunState
from moa_core.usage import Cost
from storage.presets import stored_config
from storage.runs.answers import AnswerRef
from storage.runs.stored_state import StoredCall, StoredInput, state_of
from storage.schema import (
    CallRow,
    CallTextRow,
    ConfigRow,
    RunInputRow,
    RunRow,
    table_of,
)
from storage.values import cost, moment


@dataclass(frozen=True, slots=True)
class CostRange:
    """What a run was expected to cost; unknown calls are the same at both ends."""

    low: Cost
    high: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """One run as the database knows it.

    Attributes:
        state: What pages draw; while the run goes on, as of the last save (a second).
        preset_name: What its mixture was called when it ran, if it had a name.
        estimate: Lowest and highest cost that was expected, if anybody had asked.
        based_on: Uid of the run of this turn that it went on from, if it did.
        given: By seat, which earlier run had asked for the call that was given to it.
    """

    uid: str
    state: RunState
    created_at: datetime
    preset_name: str | None = None
    estimate: CostRange | None = None
    based_on: str | None = None
    given: Mapping[Seat, AnswerRef] = field(default_factory=dict)

    def ref(self, seat: Seat) -> AnswerRef:
        """The text at a seat, named by the run that asked for it."""
        return self.given.get(seat) or AnswerRef(self.uid, seat)

    @property
    def answer(self) -> AnswerRef | None:
        """The answer that it wrote itself (``IS_ANSWER`` says the same in SQL)."""
        seat = self.state.synthesis
        stands = seat.role != "provisional" or not self.state.live
        wrote = seat.status == "succeeded" and not seat.reused and stands
        return AnswerRef(self.uid, seat.seat) if wrote else None


def load_runs(session: Session, run_ids: Collection[int]) -> dict[int, StoredRun]:
    """Load runs with their calls and texts, by the ids of their rows."""
    base = aliased(RunRow)
    rows = session.execute(
        select(RunRow, ConfigRow.sha256, base.uid)
        .join(ConfigRow, ConfigRow.id == RunRow.config_id)
        .outerjoin(base, base.id == RunRow.based_on_id)
        .where(RunRow.id.in_(run_ids))
    ).all()
    stored_configs = session.execute(
        select(ConfigRow.sha256, ConfigRow.config).where(
            ConfigRow.sha256.in_({sha256 for _, sha256, _ in rows})
        )
    )
    configs = {sha256: stored_config(config) for sha256, config in stored_configs}
    calls: dict[int, list[StoredCall]] = defaultdict(list)
    for call in _stored_calls(session, CallRow.run_id.in_(run_ids)):
        calls[call.row.run_id].append(call)
    inputs = _inputs(session, run_ids, calls)
    return {
        run.id: StoredRun(
            uid=run.uid,
            state=state_of(configs[sha256], run, calls[run.id], inputs[run.id]),
            created_at=moment(run.created_at),
            preset_name=run.preset_name,
            estimate=_estimate(run),
            based_on=based_on,
            given={each.seat: each.ref for each in inputs[run.id]},
        )
        for run, sha256, based_on in rows
    }


def _estimate(run: RunRow) -> CostRange | None:
    low, high = run.estimate_low_nusd, run.estimate_high_nusd
    if low is None or high is None:
        return None
    unknown_calls = run.estimate_unknown_calls or 0
    return CostRange(cost(low, unknown_calls), cost(high, unknown_calls))


def _inputs(
    session: Session,
    run_ids: Collection[int],
    loaded: Mapping[int, Collection[StoredCall]],
) -> dict[int, list[StoredInput]]:
    """What these runs were given; calls that are ``loaded`` are not read again."""
    rows = session.execute(
        select(table_of(RunInputRow), RunRow.uid)
        .join(CallRow, CallRow.id == RunInputRow.call_id)
        .join(RunRow, RunRow.id == CallRow.run_id)
        .where(RunInputRow.run_id.in_(run_ids))
        .order_by(RunInputRow.run_id, RunInputRow.layer_index, RunInputRow.position)
    ).all()
    calls = {call.row.id: call for of_run in loaded.values() for call in of_run}
    if missing := {row.call_id for row in rows} - calls.keys():
        others = _stored_calls(session, CallRow.id.in_(missing))
        calls |= {call.row.id: call for call in others}
    inputs: dict[int, list[StoredInput]] = defaultdict(list)
    for row in rows:
        call, seat = calls[row.call_id], Seat(row.layer_index, row.position)
        ref = AnswerRef(row.uid, call.seat)
        inputs[row.run_id].append(StoredInput(seat, row.ticked, call, ref))
    return inputs


def _stored_calls(session: Session, which: ColumnElement[bool]) -> list[StoredCall]:
    rows = session.execute(_CALLS.where(which))
    return [
        # A bare row has a CallRow's attributes, and is there in a third of the time.
        StoredCall(cast(CallRow, row), row.output or "", row.reasoning or "")
        for row in rows
    ]


_CALLS = (
    select(table_of(CallRow), CallTextRow.output, CallTextRow.reasoning)
    .outerjoin(CallTextRow, CallTextRow.call_id == CallRow.id)
    .where(CallRow.role != "title")  # it stands beside the layers
    .order_by(CallRow.run_id, CallRow.layer_index, CallRow.position, CallRow.attempt)
)
