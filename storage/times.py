"""Moments as milliseconds since 1970 UTC, durations as milliseconds."""

import time
from datetime import UTC, datetime
from typing import Final

DAY_MS: Final = 86_400_000


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
