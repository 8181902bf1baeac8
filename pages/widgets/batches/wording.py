"""Words and figures of batches."""

import shlex
from collections.abc import Mapping
from typing import Final

from moa_core.batch import AskedBatch, BatchProgress
from moa_core.terminal import duration, row_rate
from moa_core.usage import Cost
from pages.widgets.formatting import SEPARATOR, counted, money
from storage.batches import BatchState, StoredBatch

STATES: Final[Mapping[BatchState, tuple[str, str]]] = {
    "running": ("Running", ":material/progress_activity:"),
    "done": ("Finished", ":material/check_circle:"),
    "incomplete": ("Some rows failed", ":material/error:"),
    "capped": ("Stopped at its limit", ":material/pause_circle:"),
    "failing": ("Stopped after failures", ":material/error:"),
    "stopped": ("Stopped", ":material/pause_circle:"),
    "interrupted": ("Interrupted", ":material/pause_circle:"),
}
"""What a state is called, and its icon."""


def rows_done(progress: BatchProgress) -> str:
    """``312 of 1,000 answered``, and how many failed."""
    parts = [f"{progress.answered:,} of {progress.rows:,} answered"]
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    return SEPARATOR.join(parts)


def spent_of_cap(progress: BatchProgress) -> str:
    """``$1.23 of $5.00``."""
    limit = progress.limit_usd
    of = "" if limit is None else f" of {money(Cost(limit))}"
    return f"{money(progress.spent)}{of}"


def left(progress: BatchProgress) -> str:
    """``about 3 min and $2.70 left``; ``""`` if nothing is, or nobody knows."""
    seconds, usd = progress.seconds_left, progress.usd_left
    if not (seconds and progress.left):
        return ""
    more = f" and {money(Cost(usd))}" if usd else ""
    return f"about {duration(seconds)}{more} left"


def pace(batch: StoredBatch) -> str:
    """How fast it is, what it has cost and, while it runs, what is left."""
    progress = batch.progress
    parts = []
    running = batch.state == "running"
    if running and progress.under_way:
        parts.append(f"{counted(progress.under_way, 'row')} under way")
    parts += [
        row_rate(progress),
        spent_of_cap(progress),
        left(progress) if running else "",
    ]
    return SEPARATOR.join(filter(None, parts))


def command(asked: AskedBatch) -> str:
    """What continues a batch, from any folder."""
    return f"cd {shlex.quote(str(asked.folder))} && {shlex.join(asked.words)}"
