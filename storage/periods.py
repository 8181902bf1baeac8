"""When a day and a month begin: by the clock of the machine that Polyphony runs on.

A cap for a day means the user's day. A run counts for the day it began in, to its end.
"""

from datetime import datetime
from typing import Literal

Period = Literal["day", "month"]


def begin_ms(period: Period, now_ms: int) -> int:
    """When the day, or month, of a moment began; both in milliseconds since 1970."""
    now = datetime.fromtimestamp(now_ms / 1000)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    first = midnight.replace(day=1) if period == "month" else midnight
    return round(first.timestamp() * 1000)
