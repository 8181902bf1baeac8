"""Loads runs with their calls, texts and inputs in few queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session

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
    which = {"ids": list(run_ids)}
    runs = [cast(RunRow, row) for row in session.execute(_RUNS, which)]
    used = {"ids": list({run.config_id for run in runs})}
    configs = {
        config_id: stored_config(config)
        for config_id, config in session.execute(_CONFIGS, used)
    }
    calls: dict[int, list[StoredCall]] = defaultdict(list)
    for call in _stored_calls(session, _CALLS_OF_RUNS, run_ids):
        calls[call.row.run_id].append(call)
    inputs = _inputs(session, run_ids, calls)
    return {
        run.id: StoredRun(
            uid=run.uid,
            state=state_of(configs[run.config_id], run, calls[run.id], inputs[run.id]),
            created_at=moment(run.created_at),
            preset_name=run.preset_name,
            estimate=_estimate(run),
            based_on=getattr(run, _BASED_ON),
            given={each.seat: each.ref for each in inputs[run.id]},
        )
        for run in runs
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
    rows = session.execute(_INPUTS, {"ids": list(run_ids)}).all()
    calls = {call.row.id: call for of_run in loaded.values() for call in of_run}
    if missing := {row.call_id for row in rows} - calls.keys():
        others = _stored_calls(session, _CALLS_BY_ID, missing)
        calls |= {call.row.id: call for call in others}
    inputs: dict[int, list[StoredInput]] = defaultdict(list)
    for row in rows:
        call, seat = calls[row.call_id], Seat(row.layer_index, row.position)
        ref = AnswerRef(row.uid, call.seat)
        inputs[row.run_id].append(StoredInput(seat, row.ticked, call, ref))
    return inputs


def _stored_calls(
    session: Session, calls: Select[*tuple[Any, ...]], ids: Collection[int]
) -> list[StoredCall]:
    rows = session.execute(calls, {"ids": list(ids)})
    return [
        StoredCall(cast(CallRow, row), row.output or "", row.reasoning or "")
        for row in rows
    ]


# Built once: building a statement takes longer than running it. Of bare tables: a row
# has the attributes of its class, and is there in a third of the time.
_IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)
_RUN, _CALL, _TEXT = table_of(RunRow), table_of(CallRow), table_of(CallTextRow)
_INPUT, _CONFIG = table_of(RunInputRow), table_of(ConfigRow)
_BASE = _RUN.alias("base_run")
_BASED_ON = "based_on_uid"
_RUNS = (
    select(_RUN, _BASE.c.uid.label(_BASED_ON))
    .outerjoin(_BASE, _BASE.c.id == _RUN.c.based_on_id)
    .where(_RUN.c.id.in_(_IDS))
)
_CONFIGS = select(_CONFIG.c.id, _CONFIG.c.config).where(_CONFIG.c.id.in_(_IDS))
_CALLS = (
    select(_CALL, _TEXT.c.output, _TEXT.c.reasoning)
    .outerjoin(_TEXT, _TEXT.c.call_id == _CALL.c.id)
    .where(_CALL.c.role != "title")  # it stands beside the layers
    .order_by(_CALL.c.run_id, _CALL.c.layer_index, _CALL.c.position, _CALL.c.attempt)
)
_CALLS_OF_RUNS = _CALLS.where(_CALL.c.run_id.in_(_IDS))
_CALLS_BY_ID = _CALLS.where(_CALL.c.id.in_(_IDS))
_INPUTS = (
    select(_INPUT, _RUN.c.uid)
    .join(_CALL, _CALL.c.id == _INPUT.c.call_id)
    .join(_RUN, _RUN.c.id == _CALL.c.run_id)
    .where(_INPUT.c.run_id.in_(_IDS))
    .order_by(_INPUT.c.run_id, _INPUT.c.layer_index, _INPUT.c.position)
)
