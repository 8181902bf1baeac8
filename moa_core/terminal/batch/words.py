"""Says how far a batch is, and how it ended, in a line."""

from typing import Final

from moa_core.batch import BatchEnded, BatchFiles, BatchForecast, BatchProgress
from moa_core.engine import LimitWait
from moa_core.text import counted
from moa_core.usage import Cost

_TOLD_FROM_S: Final = 1.0
"""Shorter waits come and go while one reads of them."""


def expected_of(forecast: BatchForecast) -> str:
    """What a batch will take."""
    low, high = str(forecast.low), str(forecast.high)
    cost = f"about {low} to {high}" if low != high else low
    if forecast.high.unknown_calls and not forecast.high.usd:
        cost = "cost unknown"
    least, most = map(duration, forecast.seconds)
    takes = f"{least} to {most}" if least != most else most
    counts = f"{counted(forecast.rows, 'row')}, {counted(forecast.calls, 'call')}"
    return f"{counts}, {cost}, very roughly {takes}"


def so_far(progress: BatchProgress) -> str:
    """How far it is, without the count of rows: ``4 failed · 240 rows/min · $1.23``."""
    parts = []
    if not progress.ended and progress.under_way:
        parts.append(f"{progress.under_way:,} under way")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    if rate := row_rate(progress):
        parts.append(rate)
    parts += (
        waiting_for(wait) for wait in progress.waits if wait.seconds >= _TOLD_FROM_S
    )
    cap = "" if progress.limit_usd is None else f" of {Cost(progress.limit_usd)}"
    parts.append(f"{progress.spent}{cap}")
    seconds, usd = progress.seconds_left, progress.usd_left
    if seconds and progress.left:
        more = f" and {Cost(usd)}" if usd else ""
        parts.append(f"about {duration(seconds)}{more} left")
    return " · ".join(parts)


def waiting_for(wait: LimitWait) -> str:
    """``waiting 40 s for openai, which limits calls``."""
    whose = "which limits calls" if wait.refused else "as --calls-per-minute says"
    return f"waiting {duration(wait.seconds)} for {wait.endpoint}, {whose}"


def row_rate(progress: BatchProgress) -> str:
    """``240 rows/min``, ``2.5 rows/min``; ``""`` where nobody can tell yet."""
    rate = progress.rows_per_minute
    if not rate:
        return ""
    return f"{rate:,.0f} rows/min" if rate >= 10 else f"{rate:.1f} rows/min"


def count(progress: BatchProgress) -> str:
    """``312 of 1,000``."""
    return f"{progress.answered + progress.failed:,} of {progress.rows:,}"


def ending_of(ended: BatchEnded, files: BatchFiles) -> str:
    """How it ended, and the next step."""
    progress = ended.progress
    rows = counted(progress.failed, "row")
    failed = f"{files.errors} says why {rows} failed. " if progress.failed else ""
    match ended.reason:
        case "done":
            match progress.rows:
                case 0:
                    return "This share of the file has no rows."
                case 1:
                    return f"The row is answered: {files.answers}"
                case _:
                    return f"All {progress.rows:,} rows are answered: {files.answers}"
        case "incomplete":
            return f"{failed}The same command tries them again."
        case "capped":
            return (
                f"Stopped at --max-usd: what is left of it may not be enough for the "
                f"next row. {failed}A higher --max-usd goes on."
            )
        case "failing":
            return (
                f"Stopped: 20 rows in a row failed, the last one with: "
                f"{ended.last_failure} {failed}The same command goes on."
            )
        case "stopped":
            return f"Stopped. {failed}The same command goes on."


def duration(seconds: float) -> str:
    """``40 s``, ``3 min``, ``2 h 10 min``."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if hours < 48 else f"{hours / 24:,.0f} days"
