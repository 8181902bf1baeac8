"""Keeps ``spend_days`` equal to the sum of the calls: runs are counted as they end.

A run that came into the database in another way (an import, an older version) is
counted when ``count_what_is_not`` next looks.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Insert,
    Select,
    bindparam,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from storage.database import advisory_lock
from storage.schema import SUMS, ErasedSpendRow, RunInputRow, SpendDayRow, table_of
from storage.spending.call_sums import CALLS, KEYS, RUNS, sum_calls
from storage.values import added, total

QUARTER_MS: Final = 900_000
CHUNK: Final = 500
"""Runs that one statement is about, when there are many."""

_DAYS = table_of(SpendDayRow)
_ERASED = table_of(ErasedSpendRow)
_GIVEN = table_of(RunInputRow)

_UNCOUNTED = (
    select(RUNS.c.id)
    .where(RUNS.c.status != "running", text("NOT runs.counted"))  # as the index has it
    .order_by(RUNS.c.id)
)

# Built once: building these takes several times as long as running them.
_RUN_IDS: Final[BindParameter[Any]] = bindparam("run_ids", expanding=True)
_COUNT = update(RUNS).where(RUNS.c.id.in_(_RUN_IDS)).values(counted=True)
_GIVERS = (
    select(CALLS.c.run_id)
    .join(_GIVEN, _GIVEN.c.call_id == CALLS.c.id)
    .join(RUNS, RUNS.c.id == CALLS.c.run_id)
    .where(_GIVEN.c.ticked, RUNS.c.counted, _GIVEN.c.run_id.in_(_RUN_IDS))
)


def count_runs(session: Session | Connection, run_ids: Collection[int]) -> None:
    """Count runs that have ended; their calls never change again.

    What they read of earlier runs is no longer unread, so those are counted anew.
    """
    if not run_ids:
        return
    advisory_lock(session, "totals")
    earlier = _givers(session, run_ids)
    _add(session, earlier, sign=-1)
    for some in _chunks(run_ids):
        session.execute(_COUNT, {"run_ids": some})
    _add(session, [*earlier, *run_ids])
    if earlier:
        session.execute(delete(_DAYS).where(_DAYS.c.calls == 0))


@contextmanager
def counted_anew(session: Session, run_id: int) -> Iterator[None]:
    """Change the calls of a run that has been counted in here."""
    advisory_lock(session, "totals")
    _add(session, [run_id], sign=-1)
    yield
    _add(session, [run_id])
    session.execute(delete(_DAYS).where(_DAYS.c.calls == 0))


def count_what_is_not(session: Session | Connection) -> int:
    """Count every ended run that is not; returns how many there were."""
    advisory_lock(session, "totals")
    counted = 0
    while run_ids := session.execute(_UNCOUNTED.limit(10 * CHUNK)).scalars().all():
        count_runs(session, run_ids)
        counted += len(run_ids)
    return counted


def is_any_uncounted(session: Session) -> bool:
    """Whether there is an ended run that is not counted."""
    return session.scalar(_UNCOUNTED.limit(1)) is not None


def erase_spend(
    session: Session | Connection, conversation_ids: Collection[int]
) -> None:
    """Keep what conversations have cost, and nothing else of it, before they go.

    Call it in the transaction that deletes their rows, before it does: money that was
    spent was spent.
    """
    _erase(session, RUNS.c.conversation_id.in_(conversation_ids))


def erase_spend_of_turns(
    session: Session | Connection, turn_ids: Collection[int]
) -> None:
    """The same for questions that go by themselves."""
    _erase(session, RUNS.c.turn_id.in_(turn_ids))


def _erase(session: Session | Connection, theirs: ColumnElement[bool]) -> None:
    count_what_is_not(session)
    ended = select(RUNS.c.id).where(theirs, RUNS.c.status != "running")
    run_ids = session.execute(ended).scalars().all()
    for some in _chunks(run_ids):
        _keep_erased(session, some)
    _add(session, run_ids, sign=-1)
    session.execute(delete(_DAYS).where(_DAYS.c.calls == 0))


def _givers(session: Session | Connection, run_ids: Collection[int]) -> list[int]:
    """Counted runs whose calls these runs were given, but for these runs."""
    giver_ids: set[int] = set()
    for some in _chunks(run_ids):
        giver_ids.update(session.execute(_GIVERS, {"run_ids": some}).scalars())
    return sorted(giver_ids.difference(run_ids))


def _add(
    session: Session | Connection, run_ids: Collection[int], *, sign: int = 1
) -> None:
    adding = _adding_days(_dialect(session), sign)
    for some in _chunks(run_ids):
        session.execute(adding, {"run_ids": some})


@cache
def _adding_days(dialect: str, sign: int) -> Insert:
    """Adds what the calls of ``run_ids`` add up to, or takes it away again."""
    of_runs = sum_calls(RUNS.c.id.in_(_RUN_IDS), sign=sign)
    return _adding(dialect, _DAYS, tuple(KEYS), SUMS, of_runs)


def _keep_erased(session: Session | Connection, run_ids: Collection[int]) -> None:
    at_ms: ColumnElement[int] = RUNS.c.created_at // QUARTER_MS * QUARTER_MS
    began = (
        select(RUNS.c.id, at_ms.label("at_ms"))
        .where(RUNS.c.id.in_(run_ids))
        .subquery("began")
    )
    of_runs = sum_calls(RUNS.c.id.in_(run_ids), by=("run_id",)).subquery("of_runs")
    sums = [total(of_runs.c[name]).label(name) for name in SUMS]
    by_quarter = (
        select(began.c.at_ms, func.count().label("runs"), *sums)
        .join_from(began, of_runs, of_runs.c.run_id == began.c.id, isouter=True)
        .where(began.c.id > literal(0))
        .group_by(began.c.at_ms)
    )
    sums_of = ("runs", *SUMS)
    session.execute(
        _adding(_dialect(session), _ERASED, ("at_ms",), sums_of, by_quarter)
    )


def _dialect(session: Session | Connection) -> str:
    """What the database speaks: ``sqlite`` or ``postgresql``."""
    bind = session.get_bind() if isinstance(session, Session) else session
    return bind.dialect.name


def _adding(
    dialect: str,
    table: Any,  # noqa: ANN401 - a table
    keys: tuple[str, ...],
    sums: tuple[str, ...],
    rows: Select[*tuple[Any, ...]],
) -> Insert:
    """Adds rows to a table: to the row with the same keys, where there is one."""
    # each database its own: PostgreSQL's takes a tenth of the app's start to import
    adding = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    adding = adding.from_select([*keys, *sums], rows)
    summed: Insert = adding.on_conflict_do_update(
        index_elements=keys,
        set_={name: added(table.c[name], adding.excluded[name]) for name in sums},
    )
    return summed


def _chunks(run_ids: Collection[int]) -> Iterator[list[int]]:
    listed = list(run_ids)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
