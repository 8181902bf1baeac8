"""Which calendar day a moment lies in, told by the database, for any time zone.

Days are not all 24 hours long; between two that are not, they can be counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, case, literal

from storage.times import DAY_MS, ms_at


def begin_ms(day: date, zone: tzinfo) -> int:
    """When a day begins, in milliseconds since 1970."""
    return ms_at(datetime.combine(day, time(), zone))


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
    spans = list(_spans(first, last, zone))
    numbers = [(at_ms < span.end_ms, _number_in(span, at_ms)) for span in spans[:-1]]
    rest = _number_in(spans[-1], at_ms)
    return case(*numbers, else_=rest) if numbers else rest


@dataclass(frozen=True, slots=True)
class _Span:
    """Days of 24 hours each, or a single one that is not."""

    first: int
    begin_ms: int
    end_ms: int
    even: bool


def _spans(first: date, last: date, zone: tzinfo) -> Iterator[_Span]:
    begins = [
        begin_ms(first + timedelta(days=number), zone)
        for number in range((last - first).days + 2)
    ]
    start = 0
    for number in range(len(begins) - 1):
        uneven = begins[number + 1] - begins[number] != DAY_MS
        if uneven and start < number:
            yield _Span(
                first.toordinal() + start, begins[start], begins[number], even=True
            )
        if uneven:
            span = (begins[number], begins[number + 1])
            yield _Span(first.toordinal() + number, *span, even=False)
            start = number + 1
    if start < len(begins) - 1:
        yield _Span(first.toordinal() + start, begins[start], begins[-1], even=True)


def _number_in(span: _Span, at_ms: ColumnElement[int]) -> ColumnElement[int]:
    if not span.even:
        return literal(span.first, at_ms.type)
    return span.first + (at_ms - span.begin_ms) // DAY_MS
