"""Writes down how far a batch is, beside it: the batch never waits for the database."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from moa_core.batch import AskedBatch, BatchProgress, EndReason, RowResult
from moa_core.errors import MoAError
from storage.batches import Batches, Reasons
from storage.database import Database

WRITTEN_EVERY_S: Final = 2.0
"""Progress is written no more often, and so often even where nothing has changed."""

CLOSING_S: Final = 6.0
"""The longest that the end of a batch waits to be written down."""

_LAST_TRIES: Final = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known now: replaced as a whole, so that a thread may read it."""

    progress: BatchProgress
    reasons: Reasons = field(default_factory=dict)
    ended: EndReason | None = None
    at: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> BatchProgress:
        """The progress, with the time that has passed since it was told."""
        if self.ended:
            return self.progress
        passed = time.monotonic() - self.at
        return replace(self.progress, seconds=self.progress.seconds + passed)


class BatchRegister:
    """Listens to a batch, and has a thread write what it heard into the database.

    A database that is busy is tried again with the next progress; of one that cannot
    be opened the user is told once, and the batch goes on unlisted.

    Args:
        asked: What is listed.
        open_database: Opens where it is listed; called in the thread.
        note: Takes a sentence for the user.
    """

    def __init__(
        self,
        asked: AskedBatch,
        open_database: Callable[[], Database],
        note: Callable[[str], None],
    ) -> None:
        self._asked, self._open, self._note = asked, open_database, note
        self._told = _Told(BatchProgress(rows=0))
        self._uid: str | None = None
        self._closing = threading.Event()
        self._writing = threading.Thread(
            target=self._write_on, name="batch-register", daemon=True
        )

    def begun(self, progress: BatchProgress) -> None:
        """Begin to write."""
        self._told = _Told(progress)
        self._writing.start()

    def row_ended(self, result: RowResult, progress: BatchProgress) -> None:
        """Take in what is written next."""
        reasons = self._told.reasons
        if result.outcome == "failed" and result.line:
            reasons = _with_reason(reasons, result.line["error"])
        self._told = _Told(progress, reasons)

    def ended(self, reason: EndReason, progress: BatchProgress) -> None:
        """Take in how it ended; ``close`` has that written."""
        self._told = _Told(progress, self._told.reasons, reason)

    def close(self) -> None:
        """Write what is left to write, as long as that does not take too long."""
        self._closing.set()
        if self._writing.is_alive():
            self._writing.join(CLOSING_S)

    def _write_on(self) -> None:
        """Write until the batch has ended, from a thread of its own."""
        try:
            database = self._open()
        except MoAError as error:
            self._note(f"The batch is not listed in the app: {error} {error.advice}")
            return
        try:
            self._follow(Batches(database))
        finally:
            database.close()

    def _follow(self, batches: Batches) -> None:
        """Write now and then, and once more when it is closed."""
        tries = _LAST_TRIES
        while tries:
            closing = self._closing.is_set()
            tries -= closing
            if self._write(batches) and closing:
                return
            self._closing.wait(WRITTEN_EVERY_S)

    def _write(self, batches: Batches) -> bool:
        """Write what is known now; whether that could be done."""
        told = self._told
        try:
            self._uid = self._uid or batches.begin(self._asked, told.now)
            batches.write(self._uid, told.now, told.reasons, told.ended)
        except MoAError as error:
            _log.info("How far the batch is could not be written: %s", error)
            return False
        return True


def _with_reason(reasons: Reasons, error: Mapping[str, Any]) -> Reasons:
    """One more row failed; of what the first model says, if any says something."""
    kind = error["code"]
    with suppress(LookupError, TypeError):
        kind = error["polyphony"]["members"][0]["kind"]
    count, _ = reasons.get(kind, (0, ""))
    return {**reasons, kind: (count + 1, error["message"])}
