"""The runs behind a figure: the newest that took part in it, and the dearest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import ColumnElement, Row, or_, select, tuple_
from sqlalchemy.orm import Session

from moa_core.usage import Cost
from storage.schema import ConversationRow, SpendDayRow, TurnRow, table_of
from storage.spending.amounts import CallFilter
from storage.spending.call_sums import CALLS, DISPOSITION, RUNS, sum_calls
from storage.values import DAY_MS, TimeSpan, cost, moment, ms_of, seconds_or_none

_DAYS = table_of(SpendDayRow)
_TALKS: Final = table_of(ConversationRow)
_TURNS: Final = table_of(TurnRow)

_NEWEST: Final = (RUNS.c.created_at.desc(), RUNS.c.id.desc())
_DEAREST: Final = (RUNS.c.cost_nusd.desc(), *_NEWEST)

_Found: TypeAlias = Row[*tuple[Any, ...]]


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
    kind: Literal["chat", "duel"]
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
) -> list[SpendingRun]:
    """Ended runs with such calls, the newest first."""
    wanted = [RUNS.c.status != "running", *_on_runs(call_filter)]
    wanted += span.holds(RUNS.c.created_at)
    if asked := on_calls(call_filter):
        days = _their_days(session, call_filter, span, before, limit)
        wanted += [(RUNS.c.created_at // DAY_MS).in_(days), _makes(asked)]
    if before is not None:
        wanted.append(_older_than(before))
    query = _LISTED.where(*wanted).order_by(*_NEWEST).limit(limit)
    found = session.execute(query)
    return _told(session, found.all(), call_filter)


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
    found = session.execute(_LISTED.where(RUNS.c.id.in_(ids)).order_by(*_DEAREST))
    return _told(session, found.all(), CallFilter())


def on_calls(call_filter: CallFilter) -> list[ColumnElement[bool]]:
    """What is asked of the calls themselves."""
    columns = {
        "endpoint": CALLS.c.endpoint,
        "model": CALLS.c.model_requested,
        "role": CALLS.c.role,
        "disposition": DISPOSITION,
    }
    return [
        column == getattr(call_filter, name)
        for name, column in columns.items()
        if getattr(call_filter, name) is not None
    ]


def _on_runs(call_filter: CallFilter) -> list[ColumnElement[bool]]:
    if call_filter.preset is None:
        return []
    if not call_filter.preset:
        return [or_(RUNS.c.preset_name.is_(None), RUNS.c.preset_name == "")]
    return [RUNS.c.preset_name == call_filter.preset]


def _makes(asked: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    made = select(CALLS.c.id).where(CALLS.c.run_id == RUNS.c.id, *asked)
    return made.correlate(RUNS).exists()


def _their_days(
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
    wanted = {
        _DAYS.c.endpoint: call_filter.endpoint,
        _DAYS.c.model: call_filter.model,
        _DAYS.c.role: call_filter.role,
        _DAYS.c.fate: call_filter.disposition,
        _DAYS.c.preset_name: call_filter.preset,
    }
    like = [column == value for column, value in wanted.items() if value is not None]
    if span.since_ms is not None:
        like.append(_DAYS.c.day >= span.since_ms // DAY_MS)
    ends = [span.until_ms, None if before is None else ms_of(before.at.timestamp())]
    like += [_DAYS.c.day <= end // DAY_MS for end in ends if end is not None]
    newest = select(_DAYS.c.day).where(*like).distinct().order_by(_DAYS.c.day.desc())
    return session.scalars(newest.limit(limit + 3)).all()


def _older_than(run: SpendingRun) -> ColumnElement[bool]:
    at_ms = ms_of(run.at.timestamp())
    its_id = select(RUNS.c.id).where(RUNS.c.uid == run.uid).scalar_subquery()
    return tuple_(RUNS.c.created_at, RUNS.c.id) < tuple_(at_ms, its_id)


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
        _TALKS.c.kind,
        _TALKS.c.uid.label("conversation_uid"),
        _TALKS.c.deleted_at,
        _TURNS.c.uid.label("turn_uid"),
        _TURNS.c.question,
    )
    .join(_TURNS, _TURNS.c.id == RUNS.c.turn_id)
    .join(_TALKS, _TALKS.c.id == RUNS.c.conversation_id)
)


def _told(
    session: Session, found: Sequence[_Found], call_filter: CallFilter
) -> list[SpendingRun]:
    asked = on_calls(call_filter)
    parts = _parts(session, [row.id for row in found], asked) if asked else {}
    return [_run(row, parts) for row in found]


def _parts(
    session: Session, run_ids: Sequence[int], asked: Sequence[ColumnElement[bool]]
) -> dict[int, Cost]:
    rows = session.execute(sum_calls(RUNS.c.id.in_(run_ids), *asked, by=("run_id",)))
    return {row.run_id: cost(row.cost_nusd, row.cost_unknown_calls) for row in rows}


def _run(row: _Found, parts: Mapping[int, Cost]) -> SpendingRun:
    whole = cost(row.cost_nusd, row.cost_unknown_calls)
    deleted = row.deleted_at is not None
    return SpendingRun(
        uid=row.uid,
        at=moment(row.created_at),
        status=row.status,
        preset=row.preset_name or None,
        part=parts.get(row.id, whole),
        cost=whole,
        ttft_s=seconds_or_none(row.ttft_ms),
        kind="duel" if row.kind == "duel" else "chat",
        conversation_uid=row.conversation_uid,
        turn_uid=row.turn_uid,
        question="" if deleted else row.question,
        deleted=deleted,
    )
