"""Lists the runs behind a figure: the newest with its calls, and the most expensive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, or_, select, tuple_
from sqlalchemy.orm import Session

from moa_core.usage import Cost
from storage.schema import (
    KIND,
    ConversationKind,
    ConversationRow,
    SpendDayRow,
    TurnRow,
    table_of,
)
from storage.spending.amounts import CallFilter
from storage.spending.call_sums import CALLS, DISPOSITION, RUNS, sum_calls
from storage.values import DAY_MS, TimeSpan, cost, moment, ms_of, seconds_or_none

_DAYS = table_of(SpendDayRow)
_TALKS: Final = table_of(ConversationRow)
_TURNS: Final = table_of(TurnRow)

_ON_CALLS: Final[dict[str, ColumnElement[Any]]] = {
    "endpoint": CALLS.c.endpoint,
    "model": CALLS.c.model_requested,
    "role": CALLS.c.role,
    "disposition": DISPOSITION,
}
_ON_DAYS: Final = {
    "preset": _DAYS.c.preset_name,
    "endpoint": _DAYS.c.endpoint,
    "model": _DAYS.c.model,
    "role": _DAYS.c.role,
    "disposition": _DAYS.c.fate,
}

_NEWEST: Final = (RUNS.c.created_at.desc(), RUNS.c.id.desc())
_DEAREST: Final = (RUNS.c.cost_nusd.desc(), *_NEWEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingRun:
    """A run that money was spent in.

    Attributes:
        at: When it began.
        part: What those of its calls have cost that are asked for.
        cost: What all of its calls have.
        ttft_s: Seconds to the first text of its answer; ``None`` without one.
        question: ``""`` if its conversation was deleted.
    """

    uid: str
    at: datetime
    status: str
    preset: str | None
    part: Cost
    cost: Cost
    ttft_s: float | None
    kind: ConversationKind
    conversation_uid: str
    turn_uid: str
    question: str
    deleted: bool


def newest_runs(
    session: Session,
    call_filter: CallFilter,
    span: TimeSpan,
    limit: int,
    before: SpendingRun | None,
    of: Sequence[ColumnElement[bool]] = (),
) -> list[SpendingRun]:
    """Ended runs with such calls, and of which ``of`` holds, the newest first."""
    wanted = [RUNS.c.status != "running", *span.holds(RUNS.c.created_at), *of]
    if call_filter.preset is not None:
        named = RUNS.c.preset_name == call_filter.preset
        unnamed = RUNS.c.preset_name.is_(None)
        wanted.append(named if call_filter.preset else or_(unnamed, named))
    on_calls = [
        _ON_CALLS[name] == value
        for name, value in call_filter.criteria.items()
        if name in _ON_CALLS
    ]
    if on_calls:
        days = _days_with_calls(session, call_filter, span, before, limit)
        calls = select(CALLS.c.id).where(CALLS.c.run_id == RUNS.c.id, *on_calls)
        wanted += [
            (RUNS.c.created_at // DAY_MS).in_(days),
            calls.correlate(RUNS).exists(),
        ]
    if before is not None:
        before_id = select(RUNS.c.id).where(RUNS.c.uid == before.uid).scalar_subquery()
        place = tuple_(ms_of(before.at.timestamp()), before_id)
        wanted.append(tuple_(RUNS.c.created_at, RUNS.c.id) < place)
    query = _LISTED.where(*wanted).order_by(*_NEWEST).limit(limit)
    return _runs(session, session.execute(query).all(), on_calls)


def most_expensive_runs(
    session: Session, span: TimeSpan, limit: int
) -> list[SpendingRun]:
    """The ended runs that have cost most, as far as that is known."""
    dearest = (
        select(RUNS.c.id)
        .where(RUNS.c.cost_nusd > 0, *span.holds(RUNS.c.created_at))
        .order_by(*_DEAREST)
        .limit(limit)
    )
    ids = session.scalars(dearest).all()
    rows = session.execute(_LISTED.where(RUNS.c.id.in_(ids)).order_by(*_DEAREST)).all()
    return _runs(session, rows, [])


def _days_with_calls(
    session: Session,
    call_filter: CallFilter,
    span: TimeSpan,
    before: SpendingRun | None,
    limit: int,
) -> Sequence[int]:
    """The newest UTC days with such calls, as many as can be needed.

    Most days have none of a rare call. Each of these has a run that is wanted, but for
    the first and last of the span and that of ``before``, where it may lie outside.
    """
    like = [_ON_DAYS[name] == value for name, value in call_filter.criteria.items()]
    if span.since_ms is not None:
        like.append(_DAYS.c.day >= span.since_ms // DAY_MS)
    ends = [span.until_ms, None if before is None else ms_of(before.at.timestamp())]
    like += [_DAYS.c.day <= end // DAY_MS for end in ends if end is not None]
    newest = select(_DAYS.c.day).where(*like).distinct().order_by(_DAYS.c.day.desc())
    return session.scalars(newest.limit(limit + 3)).all()


_LISTED = (
    select(
        RUNS.c.id,
        RUNS.c.uid,
        RUNS.c.created_at,
        RUNS.c.status,
        RUNS.c.preset_name,
        RUNS.c.cost_nusd,
        RUNS.c.cost_unknown_calls,
        RUNS.c.ttft_ms,
        KIND.label("kind"),
        _TALKS.c.uid.label("conversation_uid"),
        _TALKS.c.deleted_at,
        _TURNS.c.uid.label("turn_uid"),
        _TURNS.c.question,
    )
    .join(_TURNS, _TURNS.c.id == RUNS.c.turn_id)
    .join(_TALKS, _TALKS.c.id == RUNS.c.conversation_id)
)


def _runs(
    session: Session,
    rows: Sequence[Row[*tuple[Any, ...]]],
    on_calls: Sequence[ColumnElement[bool]],
) -> list[SpendingRun]:
    parts: dict[int, Cost] = {}
    if on_calls:
        of_runs = RUNS.c.id.in_([row.id for row in rows])
        sums = session.execute(sum_calls(of_runs, *on_calls, by=("run_id",)))
        parts = {
            each.run_id: cost(each.cost_nusd, each.cost_unknown_calls) for each in sums
        }
    return [_run(row, parts) for row in rows]


def _run(row: Row[*tuple[Any, ...]], parts: Mapping[int, Cost]) -> SpendingRun:
    whole = cost(row.cost_nusd, row.cost_unknown_calls)
    return SpendingRun(
        uid=row.uid,
        at=moment(row.created_at),
        status=row.status,
        preset=row.preset_name or None,
        part=parts.get(row.id, whole),
        cost=whole,
        ttft_s=seconds_or_none(row.ttft_ms),
        kind=row.kind,
        conversation_uid=row.conversation_uid,
        turn_uid=row.turn_uid,
        question="" if row.deleted_at is not None else row.question,
        deleted=row.deleted_at is not None,
    )
