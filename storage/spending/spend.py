"""Reads what was spent: by day, by group of calls, and by run.

A run counts when it has ended, with all its calls, for the moment it began.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import Row, Select, func, select, union_all

from moa_core.pricing import CachedShare
from storage.database import Database
from storage.schema import (
    KIND,
    SUMS,
    ConversationRow,
    ErasedSpendRow,
    SpendDayRow,
    is_of_kind,
    table_of,
)
from storage.spending.amounts import (
    CALL_FIELDS,
    Amount,
    CallFilter,
    Day,
    KindSpend,
    SpendBreakdown,
    SpendGroup,
)
from storage.spending.auto_savings import AutoSavings, auto_savings
from storage.spending.cached_shares import cached_shares
from storage.spending.call_sums import RUNS, sum_calls
from storage.spending.csv_export import calls_csv
from storage.spending.key_spends import KeySpend, asked_with, key_spends
from storage.spending.preset_spends import PresetSpend, preset_spends
from storage.spending.rollup import count_what_is_not, is_any_uncounted
from storage.spending.runs import SpendingRun, most_expensive_runs, newest_runs
from storage.values import (
    ALWAYS,
    DAY_MS,
    LATEST_MS,
    TimeSpan,
    cost,
    day_number,
    moment,
    total,
)

_DAYS = table_of(SpendDayRow)
_ERASED = table_of(ErasedSpendRow)
_KEYS = ("preset_name", "endpoint", "model", "role", "fate")


class Spend:
    """The spending of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def catch_up(self) -> None:
        """Count runs that came in another way than by being run; mostly there are none.

        Raises:
            StorageError: The database cannot be read or written.
        """
        with self._database.reading() as session:
            if not is_any_uncounted(session):
                return
        with self._database.writing() as session:
            count_what_is_not(session)

    def by_day(self, zone: tzinfo) -> list[Day]:
        """Every day on which something ran, oldest first.

        Args:
            zone: Whose days they are.
        """
        with self._database.reading() as session:
            ends = session.execute(_ENDS).one()
            moments = [each for each in ends if each is not None]
            if not moments:
                return []
            first, last = (
                moment(min(ms, LATEST_MS)).astimezone(zone).date()
                for ms in (min(moments), max(moments))
            )
            number = day_number(_BEGUN.c.at_ms, first, last, zone).label("number")
            rows = session.execute(
                _BY_DAY.add_columns(number).group_by("number").order_by("number")
            ).all()
        return [
            Day(
                date.fromordinal(min(number, date.max.toordinal())),
                runs,
                cost(nusd, unknown),
            )
            for runs, nusd, unknown, number in rows
        ]

    def auto_savings(self, span: TimeSpan = ALWAYS) -> AutoSavings:
        """What Auto has saved in a span of time, an estimate."""
        with self._database.reading() as session:
            return auto_savings(session, span)

    def breakdown(self, span: TimeSpan = ALWAYS) -> SpendBreakdown:
        """What a span of time has cost, by all that one asks spending by."""
        sums = (total(_ERASED.c[name]).label(name) for name in SUMS)
        erased = select(*sums).where(*span.holds(_ERASED.c.at_ms))
        with self._database.reading() as session:
            rows = [row for query in _queries(span) for row in session.execute(query)]
            erased_amount = _amount(session.execute(erased).one())
        groups = [
            SpendGroup(
                CallFilter(
                    preset=row.preset_name,
                    endpoint=row.endpoint,
                    model=row.model,
                    role=row.role,
                    disposition=row.fate,
                ),
                _amount(row),
            )
            for row in rows
        ]
        parts = SpendBreakdown(groups=tuple(groups), erased=erased_amount)
        return replace(parts, groups=tuple(parts.by(*CALL_FIELDS)))

    def by_kind(self, span: TimeSpan = ALWAYS) -> list[KindSpend]:
        """What chats, duels, experiments and so on have cost, the dearest first."""
        within = span.holds(_BEGUN_AS.c.created_at)
        with self._database.reading() as session:
            rows = session.execute(_BY_KIND.where(*within)).all()
        kinds = [KindSpend(kind, runs, cost(*sums)) for kind, runs, *sums in rows]
        return sorted(kinds, key=lambda each: (-each.cost.usd, -each.runs, each.kind))

    def by_key(self, span: TimeSpan = ALWAYS) -> list[KeySpend]:
        """What was asked for with each key of the API has cost, the dearest first."""
        with self._database.reading() as session:
            return key_spends(session, span)

    def presets(self, span: TimeSpan = ALWAYS) -> list[PresetSpend]:
        """What each preset has cost and how long it let one wait, the dearest first."""
        with self._database.reading() as session:
            return preset_spends(session, span)

    def most_expensive_runs(
        self, span: TimeSpan = ALWAYS, limit: int = 10
    ) -> list[SpendingRun]:
        """The runs that have cost most, as far as that is known."""
        with self._database.reading() as session:
            return most_expensive_runs(session, span, limit)

    def runs(
        self,
        call_filter: CallFilter,
        span: TimeSpan = ALWAYS,
        limit: int = 20,
        before: SpendingRun | None = None,
        kind: str | None = None,
        key_uid: str | None = None,
    ) -> list[SpendingRun]:
        """The runs behind a figure, the newest first.

        Args:
            call_filter: What calls they must have made.
            span: When they began.
            limit: How many at most.
            before: The one they follow in the list; ``None`` for its head.
            kind: Of their conversations; ``None``: of any.
            key_uid: Of the API's key that they were asked for with; ``None``: any, or
                none.
        """
        of = [] if kind is None else [is_of_kind(kind)]
        of += [] if key_uid is None else [asked_with(key_uid)]
        with self._database.reading() as session:
            return newest_runs(session, call_filter, span, limit, before, of)

    def calls_csv(self, span: TimeSpan = ALWAYS) -> bytes:
        """The newest calls of a span of time as CSV, at most ``MOST_CALLS`` of them."""
        written = io.BytesIO()
        with self._database.reading() as session:
            for piece in calls_csv(session, span.holds(RUNS.c.created_at)):
                written.write(piece.encode())
        return written.getvalue()

    def cached_shares(self) -> dict[str, CachedShare]:
        """What each model's provider has cached of what it was sent before.

        Returns:
            By ``endpoint/model``, as far as the newest runs tell.
        """
        with self._database.reading() as session:
            return cached_shares(session)

    def under_way(self) -> int:
        """Runs that have not ended, and so are in no figure."""
        with self._database.reading() as session:
            running = select(func.count()).where(RUNS.c.status == "running")
            return session.scalar(running) or 0


def _queries(span: TimeSpan) -> Iterator[Select[*tuple[Any, ...]]]:
    """Sums of whole days, and of the calls before the first and after the last."""
    since, until = span.since_ms, span.until_ms
    first = None if since is None else -(-since // DAY_MS)
    end = None if until is None else until // DAY_MS
    if first is not None and end is not None and first > end:
        yield _of_calls(span)  # all of it lies within one day
        return
    wanted = []
    if first is not None:
        wanted.append(_DAYS.c.day >= first)
        if since != first * DAY_MS:
            yield _of_calls(TimeSpan(span.since, moment(first * DAY_MS)))
    if end is not None:
        wanted.append(_DAYS.c.day < end)
        if until != end * DAY_MS:
            yield _of_calls(TimeSpan(moment(end * DAY_MS), span.until))
    keys = [_DAYS.c[name] for name in _KEYS]
    sums = [total(_DAYS.c[name]).label(name) for name in SUMS]
    yield select(*keys, *sums).where(*wanted).group_by(*keys)


def _of_calls(span: TimeSpan) -> Select[*tuple[Any, ...]]:
    within = span.holds(RUNS.c.created_at)
    return sum_calls(RUNS.c.status != "running", *within, by=_KEYS)


def _amount(row: Row[*tuple[Any, ...]]) -> Amount:
    named = {name: getattr(row, name) for name in SUMS if not name.startswith("cost_")}
    return Amount(cost=cost(row.cost_nusd, row.cost_unknown_calls), **named)


_BEGUN = union_all(
    select(
        RUNS.c.created_at.label("at_ms"),
        (RUNS.c.id * 0 + 1).label("runs"),
        RUNS.c.cost_nusd,
        RUNS.c.cost_unknown_calls,
    ).where(RUNS.c.status != "running"),
    select(
        _ERASED.c.at_ms,
        _ERASED.c.runs,
        _ERASED.c.cost_nusd,
        _ERASED.c.cost_unknown_calls,
    ),
).subquery("begun")
_TALKS = table_of(ConversationRow)
_BEGUN_AS = (
    select(
        KIND.label("kind"),
        RUNS.c.created_at,
        RUNS.c.cost_nusd,
        RUNS.c.cost_unknown_calls,
    )
    .join_from(RUNS, _TALKS, _TALKS.c.id == RUNS.c.conversation_id)
    .where(RUNS.c.status != "running")
    .subquery("begun_as")
)
_BY_KIND = select(
    _BEGUN_AS.c.kind,
    func.count(),
    total(_BEGUN_AS.c.cost_nusd),
    total(_BEGUN_AS.c.cost_unknown_calls),
).group_by(_BEGUN_AS.c.kind)
_BY_DAY = select(
    total(_BEGUN.c.runs), total(_BEGUN.c.cost_nusd), total(_BEGUN.c.cost_unknown_calls)
)
_ENDS = select(
    *(
        select(end(column)).scalar_subquery()
        for column in (RUNS.c.created_at, _ERASED.c.at_ms)
        for end in (func.min, func.max)
    )
)
