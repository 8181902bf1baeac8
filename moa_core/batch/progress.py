"""Says how far a batch is, how fast it goes, and what is left in time and money."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, Protocol

from moa_core.batch.row_runner import RowResult
from moa_core.engine import LimitWait
from moa_core.usage import FREE, Cost

EndReason = Literal["done", "incomplete", "capped", "failing", "stopped"]
"""``done``: every row has its answer. ``incomplete``: some failed. ``capped``: the cap
leaves too little for the next row. ``failing``: too many failed in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchProgress:
    """How far a batch is.

    Attributes:
        rows: All rows of the file, or of its shard.
        answered: Rows with an answer, those of earlier attempts included.
        failed: Rows that failed in this attempt.
        before: Rows that were answered before this attempt.
        under_way: Rows that are being answered now.
        taken_over: Calls of earlier attempts that were not made again.
        spent: By all attempts.
        spent_before: By earlier attempts.
        limit_usd: The cap, if there is one.
        seconds: Since this attempt began.
        waits: Endpoints whose limits calls wait for now.
    """

    rows: int
    answered: int = 0
    failed: int = 0
    before: int = 0
    under_way: int = 0
    taken_over: int = 0
    spent: Cost = FREE
    spent_before: Cost = FREE
    limit_usd: Decimal | None = None
    seconds: float = 0.0
    waits: tuple[LimitWait, ...] = ()

    @property
    def ended(self) -> int:
        """Rows that have ended in this attempt."""
        return self.answered - self.before + self.failed

    @property
    def left(self) -> int:
        """Rows that have neither an answer nor failed."""
        return self.rows - self.answered - self.failed

    @property
    def rows_per_minute(self) -> float | None:
        """How many rows have ended in a minute; ``None`` before the first one."""
        return 60.0 * self.ended / self.seconds if self.ended and self.seconds else None

    @property
    def seconds_left(self) -> float | None:
        """Until all is done at this pace; ``None`` while nobody knows."""
        rate = self.rows_per_minute
        return 60.0 * self.left / rate if rate else None

    @property
    def usd_left(self) -> Decimal | None:
        """What the rest will cost, if it is like what has ended; ``None``: unknown."""
        spent = self.spent.usd - self.spent_before.usd
        if not self.ended or self.spent.unknown_calls:
            return None
        return spent / self.ended * self.left

    def begun(self) -> "BatchProgress":
        """One more row is under way."""
        return replace(self, under_way=self.under_way + 1)

    def after(self, result: RowResult) -> "BatchProgress":
        """A row has ended."""
        return replace(
            self,
            answered=self.answered + (result.outcome == "answered"),
            failed=self.failed + (result.outcome == "failed"),
            under_way=self.under_way - 1,
            taken_over=self.taken_over + result.taken_over,
            spent=self.spent + result.cost,
        )


class BatchListener(Protocol):
    """Follows a batch: a terminal, or a store that lists batches."""

    def begun(self, progress: BatchProgress) -> None:
        """It begins, or goes on."""

    def row_ended(self, result: RowResult, progress: BatchProgress) -> None:
        """A row was answered, has failed, or was left to a later attempt."""

    def ended(self, reason: EndReason, progress: BatchProgress) -> None:
        """It has ended, and may go on later."""
