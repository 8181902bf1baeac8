"""Ends a run in one transaction: its calls, its totals and its conversation's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, case, func, literal, select, update
from sqlalchemy.orm import Session

from moa_core.settings import FREE_ENDPOINTS
from storage.conversations import set_chosen_answer
from storage.runs import free_columns
from storage.schema import CallRow, ConversationRow, RunRow, table_of
from storage.spending import count_runs
from storage.values import added, total

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
    run = session.execute(
        update(RunRow)
        .where(RunRow.id == run_id, RunRow.status == "running", RunRow.worker == worker)
        .values(
            status=end.status, finished_at=end.at_ms, reserved_nusd=0, **end.columns
        )
        .returning(
            RunRow.conversation_id,
            RunRow.turn_id,
            RunRow.synthesises,
            RunRow.created_at,
        )
    ).first()
    if run is None:
        return False
    _end_open_calls(session, run_id, end, end.at_ms - run.created_at)
    totals = run_totals(session, run_id)
    session.execute(update(RunRow).where(RunRow.id == run_id).values(**totals))
    so_far = table_of(ConversationRow).c
    session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == run.conversation_id)
        .values(
            updated_at=case(
                (ConversationRow.updated_at < end.at_ms, end.at_ms),
                else_=ConversationRow.updated_at,
            ),
            run_count=ConversationRow.run_count + 1,
            cost_nusd=added(so_far.cost_nusd, literal(totals["cost_nusd"], BigInteger)),
            cost_unknown_calls=ConversationRow.cost_unknown_calls
            + totals["cost_unknown_calls"],
        )
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
    still_open = (CallRow.run_id == run_id, CallRow.status == "running")
    session.execute(
        update(CallRow)
        .where(*still_open, CallRow.endpoint.in_(FREE_ENDPOINTS))
        .values(**free_columns())
    )
    lasted_ms = elapsed_ms - CallRow.started_ms
    session.execute(
        update(CallRow)
        .where(*still_open)
        .values(
            status="stopped" if end.status == "stopped" else "interrupted",
            duration_ms=case((lasted_ms > 0, lasted_ms), else_=0),
        )
    )


def run_totals(session: Session, run_id: int) -> dict[str, int]:
    """What the calls of a run add up to; the unknown is counted, not summed."""
    succeeded = func.sum(case((CallRow.status == "succeeded", 1), else_=0))
    row = session.execute(
        select(
            func.coalesce(succeeded, 0).label("calls_ok"),
            (func.count() - func.coalesce(succeeded, 0)).label("calls_failed"),
            *(
                total(column).label(column.key)
                for column in (
                    CallRow.input_tokens,
                    CallRow.output_tokens,
                    CallRow.cached_input_tokens,
                    CallRow.reasoning_tokens,
                    CallRow.cost_nusd,
                )
            ),
            (func.count() - func.count(CallRow.input_tokens)).label(
                "usage_unknown_calls"
            ),
            (func.count() - func.count(CallRow.cost_nusd)).label("cost_unknown_calls"),
        ).where(CallRow.run_id == run_id)
    ).one()
    return dict(row._mapping)
