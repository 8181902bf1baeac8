"""Spans of time, and whether a moment in the database lies in one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression

from storage.times import ms_at


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
