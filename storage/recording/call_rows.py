"""Writes what each event of a run changes in the database.

Nothing is remembered between transactions but what was committed, so that a
transaction that failed can simply be tried again.
"""

import logging
from dataclasses import dataclass, field
from typing import Any, TypeAlias, assert_never

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from moa_core.errors import RunStoppedError
from moa_core.run import (
    Call,
    CallAlive,
    CallContinued,
    CallDelta,
    CallExtended,
    CallFailed,
    CallFinished,
    CallNoted,
    CallQueued,
    CallReclassified,
    CallRestarted,
    CallStarted,
    CallTimed,
    CallToolDelta,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunDecided,
    RunEvent,
    RunFinished,
    RunStarted,
    RunState,
)
from storage.database import clock_ms
from storage.errors import NotFoundError
from storage.recording.run_end import EndStatus, RunEnd, end_run
from storage.runs import begun_columns, decision_columns, ended_columns, error_columns
from storage.schema import CallRow, CallTextRow, RunRow, table_of
from storage.values import clean, ms_of, ms_or_none

_log = logging.getLogger(__name__)

# Built once: building a statement takes longer than running it.
_SEAT = ("layer_index", "position", "attempt")
_CALLS, _TEXTS = table_of(CallRow), table_of(CallTextRow)
_ADD_CALL = insert(_CALLS).returning(_CALLS.c.id)
_ADD_TEXT = insert(_TEXTS)
CHANGE_CALL = update(_CALLS).where(_CALLS.c.id == bindparam("its_id"))
CHANGE_TEXT = update(_TEXTS).where(_TEXTS.c.call_id == bindparam("its_id"))
_FIND_CALL = (
    select(_CALLS.c.id, _CALLS.c.status)
    .select_from(RunRow)
    .outerjoin(
        _CALLS,
        and_(
            _CALLS.c.run_id == RunRow.id,
            *(_CALLS.c[name] == bindparam(f"its_{name}") for name in _SEAT),
        ),
    )
    .where(
        RunRow.id == bindparam("its_run"),
        RunRow.status == "running",
        RunRow.worker == bindparam("its_worker"),
    )
    .with_for_update(of=RunRow, key_share=True)  # nobody may end the run meanwhile
)

Lengths: TypeAlias = tuple[int, int]
"""Pieces of the answer and of the reasoning that have been saved."""


@dataclass(slots=True)
class Recording:
    """A run that is being recorded.

    Attributes:
        state: Grows on the engine's loop; read here at any moment.
        run_id: Of its row, once it was looked up.
        saved: By call, how much of its text the database has.
    """

    uid: str
    state: RunState
    worker: str
    run_id: int | None = None
    saved: dict[int, Lengths] = field(default_factory=dict)


def write_event(session: Session, recording: Recording, event: RunEvent) -> None:
    """Write what ``event`` changes; for most events that is nothing."""
    match event:
        case CallStarted():
            _put_call(session, recording, begun_columns(event))
        case CallRestarted() | CallContinued():
            _end_call(session, recording, event.call, event.wait_s)
        case CallFinished() | CallFailed():
            _end_call(session, recording, event.call)
        case RunFinished() | RunAborted():
            _end_run(session, recording, event)
        case RunDecided():
            _write_decisions(session, recording)
        case CallDelta() | CallToolDelta() | CallReclassified() | CallNoted():
            pass  # what it adds is written from the state, or when the call ends
        case (
            RunStarted() | LayerStarted() | LayerFinished()
            | CallQueued() | CallTimed() | CallExtended() | CallAlive()
        ):  # fmt: skip
            pass
        case _:
            assert_never(event)


def _write_decisions(session: Session, recording: Recording) -> None:
    """Write all that the run has decided; another process may have ended it."""
    whose = (RunRow.id == _run_id(session, recording), RunRow.status == "running")
    session.execute(
        update(RunRow)
        .where(*whose, RunRow.worker == recording.worker)
        .values(decisions=decision_columns(recording.state.decisions))
    )


def _end_call(
    session: Session, recording: Recording, call: Call, wait_s: float | None = None
) -> None:
    call_id = _put_call(session, recording, ended_columns(call, wait_s))
    if call_id is not None:
        texts = {"output": clean(call.text), "reasoning": clean(call.reasoning)}
        session.execute(CHANGE_TEXT, {"its_id": call_id, **texts})


def _put_call(
    session: Session, recording: Recording, columns: dict[str, Any]
) -> int | None:
    """Change the call's row if it is running, add it if there is none.

    Returns:
        Its id, or ``None`` if the run, or the call, is not ours to change any more.
    """
    run_id = _run_id(session, recording)
    its_seat = {f"its_{name}": columns[name] for name in _SEAT}
    whose = {"its_run": run_id, "its_worker": recording.worker}
    row = session.execute(_FIND_CALL, its_seat | whose).first()
    if row is None or row.status not in (None, "running"):
        return None
    if row.id is not None:
        session.execute(CHANGE_CALL, {"its_id": row.id, **columns})
        return int(row.id)
    call_id = session.scalars(_ADD_CALL, {"run_id": run_id, **columns}).one()
    session.execute(_ADD_TEXT, {"call_id": call_id, "output": "", "reasoning": ""})
    return int(call_id)


def _end_run(
    session: Session, recording: Recording, event: RunFinished | RunAborted
) -> None:
    columns: dict[str, Any] = {"latency_ms": ms_of(event.latency_s)}
    status: EndStatus
    if isinstance(event, RunFinished):
        status = "succeeded"
        columns["ttft_ms"] = ms_or_none(event.ttft_s)
    else:
        status = "stopped" if isinstance(event.error, RunStoppedError) else "failed"
        columns |= error_columns(event.error)
    run_id = _run_id(session, recording)
    end = RunEnd(status=status, at_ms=clock_ms(session), columns=columns)
    if not end_run(session, run_id, recording.worker, end):
        _log.warning("run %s had been ended by another process", recording.uid)


def _run_id(session: Session, recording: Recording) -> int:
    if recording.run_id is None:
        query = select(RunRow.id).where(RunRow.uid == recording.uid)
        recording.run_id = session.scalar(query)
    if recording.run_id is None:
        raise NotFoundError(f"run {recording.uid}")
    return recording.run_id
