"""Ends a run in one transaction: its calls, its totals and its conversation's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, bindparam, case, func, select, update
from sqlalchemy.orm import Session

from moa_core.settings import FREE_ENDPOINTS
from storage.conversations import set_chosen_answer
from storage.runs import free_columns
from storage.schema import CallRow, ConversationRow, RunRow, table_of
from storage.spending import count_runs
from storage.values import added, total

# Built once: building a statement takes longer than running it.
_RUNS, _CALLS = table_of(RunRow), table_of(CallRow)
_CONVERSATIONS = table_of(ConversationRow)
_CHANGE_RUN = update(_RUNS).where(_RUNS.c.id == bindparam("its_id"))
_END_RUN = _CHANGE_RUN.where(
    _RUNS.c.status == "running", _RUNS.c.worker == bindparam("its_worker")
).returning(
    _RUNS.c.conversation_id, _RUNS.c.turn_id, _RUNS.c.synthesises, _RUNS.c.created_at
)
_AT_MS = bindparam("at_ms", type_=BigInteger)
_ADD_TO_CONVERSATION = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("its_id"))
    .values(
        updated_at=case(
            (_CONVERSATIONS.c.updated_at < _AT_MS, _AT_MS),
            else_=_CONVERSATIONS.c.updated_at,
        ),
        run_count=_CONVERSATIONS.c.run_count + 1,
        cost_nusd=added(
            _CONVERSATIONS.c.cost_nusd, bindparam("more_nusd", type_=BigInteger)
        ),
        cost_unknown_calls=_CONVERSATIONS.c.cost_unknown_calls
        + bindparam("more_unknown_calls", type_=BigInteger),
    )
)
_OPEN_CALLS = update(_CALLS).where(
    _CALLS.c.run_id == bindparam("its_run"), _CALLS.c.status == "running"
)
_MAKE_FREE = _OPEN_CALLS.where(_CALLS.c.endpoint.in_(FREE_ENDPOINTS)).values(
    **free_columns()
)
_LASTED_MS = bindparam("elapsed_ms", type_=BigInteger) - _CALLS.c.started_ms
_END_CALLS = _OPEN_CALLS.values(
    status=bindparam("their_end"),
    duration_ms=case((_LASTED_MS > 0, _LASTED_MS), else_=0),
)
_SUCCEEDED = func.coalesce(
    func.sum(case((_CALLS.c.status == "succeeded", 1), else_=0)), 0
)
_TOTALS = select(
    _SUCCEEDED.label("calls_ok"),
    (func.count() - _SUCCEEDED).label("calls_failed"),
    *(
        total(column).label(column.key)
        for column in (
            _CALLS.c.input_tokens,
            _CALLS.c.output_tokens,
            _CALLS.c.cached_input_tokens,
            _CALLS.c.reasoning_tokens,
            _CALLS.c.cost_nusd,
        )
    ),
    (func.count() - func.count(_CALLS.c.input_tokens)).label("usage_unknown_calls"),
    (func.count() - func.count(_CALLS.c.cost_nusd)).label("cost_unknown_calls"),
).where(_CALLS.c.run_id == bindparam("its_run"))

EndStatus = Literal["succeeded", "failed", "stopped", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended.

    Attributes:
        at_ms: When; for an interrupted run the last sign of life.
        columns: Further values for its row.
    """

    status: EndStatus
    at_ms: int
    columns: Mapping[str, Any]


def end_run(session: Session, run_id: int, worker: str, end: RunEnd) -> bool:
    """End a run that ``worker`` works on.

    Returns:
        Whether it did: a run that has ended, or belongs to another, stays as it is.
    """
    ended = {"status": end.status, "finished_at": end.at_ms, "reserved_nusd": 0}
    whose = {"its_id": run_id, "its_worker": worker}
    run = session.execute(_END_RUN, {**whose, **ended, **end.columns}).first()
    if run is None:
        return False
    _end_open_calls(session, run_id, end, end.at_ms - run.created_at)
    totals = run_totals(session, run_id)
    session.execute(_CHANGE_RUN, {"its_id": run_id, **totals})
    session.execute(
        _ADD_TO_CONVERSATION,
        {
            "its_id": run.conversation_id,
            "at_ms": end.at_ms,
            "more_nusd": totals["cost_nusd"],
            "more_unknown_calls": totals["cost_unknown_calls"],
        },
    )
    if run.synthesises and end.status == "succeeded":
        set_chosen_answer(
            session, run.turn_id, None
        )  # its synthesis is what comes next
    count_runs(session, [run_id])
    return True


def _end_open_calls(
    session: Session, run_id: int, end: RunEnd, elapsed_ms: int
) -> None:
    """Calls nobody saw the end of: their text stays, their bill is unknown."""
    whose = {"its_run": run_id}
    session.execute(_MAKE_FREE, whose)
    their_end = "stopped" if end.status == "stopped" else "interrupted"
    session.execute(
        _END_CALLS, {**whose, "their_end": their_end, "elapsed_ms": elapsed_ms}
    )


def run_totals(session: Session, run_id: int) -> dict[str, int]:
    """What the calls of a run add up to; the unknown is counted, not summed."""
    return dict(session.execute(_TOTALS, {"its_run": run_id}).one()._mapping)
