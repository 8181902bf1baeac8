"""Converts money, times and texts to what the database stores."""

from storage.values.money import LARGEST_SUM, added, cost, nano_usd, total, usd
from storage.values.text import (
    UNTITLED,
    clean,
    clean_json,
    clean_or_none,
    new_uid,
    title_of,
)
from storage.values.times import (
    ALWAYS,
    DAY_MS,
    LATEST_MS,
    Period,
    TimeSpan,
    begin_ms,
    day_number,
    moment,
    ms_at,
    ms_of,
    ms_or_none,
    now_ms,
    seconds_or_none,
)

__all__ = [
    "ALWAYS", "DAY_MS", "LARGEST_SUM", "LATEST_MS", "UNTITLED", "Period", "TimeSpan",
    "added", "begin_ms", "clean", "clean_json", "clean_or_none", "cost", "day_number",
    "moment", "ms_at", "ms_of", "ms_or_none", "nano_usd", "new_uid", "now_ms",
    "seconds_or_none", "title_of", "total", "usd",
]  # fmt: skip
