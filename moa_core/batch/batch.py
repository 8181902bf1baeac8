"""Works through the rows of a batch: a few at once, within a cap, until all is done.

It can end at any moment, by a kill as well, and go on later: what is answered is not
asked again, and of a row that was cut off only what it had not got.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Final

from moa_core.batch.cap import Cap
from moa_core.batch.files import BatchWriter
from moa_core.batch.known import KnownBatch, key_of_error, key_of_record
from moa_core.batch.progress import BatchListener, BatchProgress, EndReason
from moa_core.batch.prompts import Row
from moa_core.batch.row_runner import RowResult, RowRunner
from moa_core.engine import Budget, LimitWait
from moa_core.run import Controls, RunState

MOST_FAILURES: Final = 20
"""So many rows in a row that fail end it: a wrong key would else cost every row."""


@dataclass(frozen=True, slots=True)
class BatchEnded:
    """How a batch ended.

    Attributes:
        last_failure: Why the newest row failed that did.
    """

    reason: EndReason
    progress: BatchProgress
    last_failure: str = ""


@dataclass(slots=True)
class Batch:
    """One attempt at the rows of a file.

    Attributes:
        rows: All of them, answered ones too.
        runner: Answers them.
        known: What earlier attempts have come to.
        writer: Takes answers, failures and calls.
        cap: What may be spent; ``None`` for as much as it takes.
        concurrency: How many rows are under way at once.
        listeners: Told of everything.
        limit_usd: What ``cap`` allows, to show it.
        waits: Says whose limits calls wait for now.
        progress: How far it is.
    """

    rows: Sequence[Row]
    runner: RowRunner
    known: KnownBatch
    writer: BatchWriter
    cap: Cap | None = None
    concurrency: int = 8
    listeners: Sequence[BatchListener] = ()
    limit_usd: Decimal | None = None
    waits: Callable[[], tuple[LimitWait, ...]] = tuple
    progress: BatchProgress = field(init=False)
    _ending: EndReason | None = None
    _stops: int = 0
    _failures: int = 0
    _last_failure: str = ""
    _open: set[Controls] = field(default_factory=set)
    _row_ended: asyncio.Event = field(default_factory=asyncio.Event)
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        done = sum(self.known.is_done(row.key) for row in self.rows)
        self.progress = BatchProgress(
            rows=len(self.rows),
            answered=done,
            before=done,
            spent=self.known.spent,
            spent_before=self.known.spent,
            limit_usd=self.limit_usd,
        )

    @property
    def now(self) -> BatchProgress:
        """How far it is now."""
        seconds = time.monotonic() - self._began
        return replace(self.progress, seconds=seconds, waits=self.waits())

    def stop(self) -> None:
        """Begin no further row; a second time: stop those under way."""
        self._stops += 1
        for controls in self._open if self._stops > 1 else ():
            controls.stop()
        self.end("stopped")

    async def run(self) -> BatchEnded:
        """Do what is missing, and say how it ended.

        Raises:
            ConfigError: An answer or a call cannot be written.
        """
        for listener in self.listeners:
            listener.begun(self.progress)
        try:
            await self.answer_rows()
        finally:
            self.writer.close()
        self._tidy()
        answered_all = self.progress.answered == self.progress.rows
        reason: EndReason = "done" if answered_all else self._ending or "incomplete"
        for listener in self.listeners:
            listener.ended(reason, self.progress)
        return BatchEnded(reason, self.progress, self._last_failure)

    async def answer_rows(self) -> None:
        """Answer what is missing, until all is done or the batch ends."""
        todo = (row for row in self.rows if not self.known.is_done(row.key))
        syncing = asyncio.create_task(self.writer.keep_synced())
        workers = [
            asyncio.create_task(self._work(todo))
            for _ in range(min(self.concurrency, self.progress.left))
        ]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in (*workers, syncing):
                task.cancel()
            await asyncio.gather(*workers, syncing, return_exceptions=True)

    def end(self, reason: EndReason) -> None:
        """Begin no further row; the first reason stays."""
        self._ending = self._ending or reason

    async def _work(self, todo: Iterator[Row]) -> None:
        """Answer one row after the other, until none is left or the batch ends."""
        for row in todo:
            if self._ending:
                return
            begun = self.known.state_of(row)
            budget = await self._hold(row, begun) if self.cap else None
            if budget or not self.cap:
                await self._answer(row, begun, budget)

    async def _answer(
        self, row: Row, begun: RunState | None, budget: Budget | None
    ) -> None:
        controls = Controls()
        self._open.add(controls)
        self.progress = self.progress.begun()
        keep = partial(self.writer.append, self.writer.files.journal)
        result = await self.runner.answer(row, keep, begun, controls, budget)
        self._open.discard(controls)
        result.keep(self.writer, self.known)
        if self.cap and budget:
            await self.cap.settle(budget, result.cost)
        self.take_in(result)

    async def _hold(self, row: Row, begun: RunState | None) -> Budget | None:
        """Hold back what a row may cost, once that much is free.

        Rows under way may need less than they hold; where none is, the cap is reached.
        """
        usd = self.runner.estimate(row, begun).high.usd
        while self.cap and not self._ending:
            if budget := await self.cap.hold(usd):
                return budget
            if not self.progress.under_way:
                self.end("capped")
            else:
                await self._row_ended.wait()
        return None

    def take_in(self, result: RowResult) -> None:
        """Tell of a row that has ended, and see whether to go on."""
        self.progress = self.progress.after(result)
        self.progress = self.now
        if result.outcome == "capped":
            self.end("capped")
        if result.outcome == "failed" and result.line:
            self._failures += 1
            self._last_failure = result.line["error"]["message"]
            if self._failures == MOST_FAILURES:
                self.end("failing")
        elif result.outcome == "answered":
            self._failures = 0
        for listener in self.listeners:
            listener.row_ended(result, self.progress)
        self._row_ended.set()  # whoever waits holds this one
        self._row_ended = asyncio.Event()

    def _tidy(self) -> None:
        """Take out of journal and errors what is answered by now."""
        files, known = self.writer.files, self.known
        self.writer.keep_only(
            files.journal, lambda record: not known.is_done(key_of_record(record))
        )
        newest = {line["id"] for line in known.failed.values()}
        self.writer.keep_only(
            files.errors,
            lambda line: line["id"] in newest and not known.is_done(key_of_error(line)),
        )
