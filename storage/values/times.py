"""Moments as milliseconds since 1970 UTC, durations as milliseconds."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Final, Literal

from sqlalchemy import ColumnElement, SQLColumnExpression, case, literal

DAY_MS: Final = 86_400_000

LATEST_MS: Final = 7_258_118_400_000
"""The year 2200 begins; no clock is later, and each day until then can be counted."""


def now_ms() -> int:
    """This moment."""
    return time.time_ns() // 1_000_000


def moment(ms: int) -> datetime:
    """The moment, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def ms_at(moment: datetime) -> int:
    """When it was, in milliseconds since 1970; it must know its time zone."""
    return ms_of(moment.timestamp())


def ms_of(seconds: float) -> int:
    """A duration in milliseconds."""
    return round(seconds * 1000)


def ms_or_none(seconds: float | None) -> int | None:
    """A duration in milliseconds, where there is one."""
    return None if seconds is None else ms_of(seconds)


def seconds_or_none(ms: int | None) -> float | None:
    """A duration in seconds, where there is one."""
    return None if ms is None else ms / 1000


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """From a moment on, and up to another one; ``None`` is open."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def since_ms(self) -> int | None:
        """In milliseconds since 1970."""
        return None if self.since is None else ms_at(self.since)

    @property
    def until_ms(self) -> int | None:
        """In milliseconds since 1970."""
        return None if self.until is None else ms_at(self.until)

    def holds(self, at_ms: SQLColumnExpression[int]) -> list[ColumnElement[bool]]:
        """That a moment lies in it, as conditions."""
        wanted: list[ColumnElement[bool]] = []
        if self.since is not None:
            wanted.append(at_ms >= self.since_ms)
        if self.until is not None:
            wanted.append(at_ms < self.until_ms)
        return wanted


ALWAYS = TimeSpan()


Period = Literal["day", "month"]


def begin_ms(period: Period, now_ms: int) -> int:
    """When the day, or month, of a moment began; both in milliseconds since 1970."""
    now = datetime.fromtimestamp(now_ms / 1000)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    first = midnight.replace(day=1) if period == "month" else midnight
    return round(first.timestamp() * 1000)


def day_number(
    at_ms: ColumnElement[int], first: date, last: date, zone: tzinfo
) -> ColumnElement[int]:
    """The ordinal of the day in which a moment between two days lies.

    Args:
        at_ms: The moment, in milliseconds since 1970; one outside of the two days
            counts as if days there had 24 hours.
        first: A day no later than any moment.
        last: A day no earlier.
        zone: Whose days they are.
    """
    dates = [first + timedelta(days=day) for day in range((last - first).days + 2)]
    begins = [
        ms_at(datetime.combine(each, datetime.min.time(), zone)) for each in dates
    ]
    pieces: list[tuple[ColumnElement[bool], ColumnElement[int]]] = []

    def uneven(day: int) -> int | None:
        """Days of 24 hours stand together, any other day alone."""
        return None if begins[day + 1] - begins[day] == DAY_MS else day

    for alone, days in groupby(range(len(dates) - 1), uneven):
        span = list(days)
        number: ColumnElement[int] = literal(dates[span[0]].toordinal(), at_ms.type)
        if alone is None:
            number += (at_ms - begins[span[0]]) // DAY_MS
        pieces.append((at_ms < begins[span[-1] + 1], number))
    *earlier, (_, rest) = pieces
    return case(*earlier, else_=rest) if earlier else rest
