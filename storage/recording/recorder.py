"""Records runs while they are under way, whether or not anybody watches.

One thread writes for all runs. Events wait in its inbox and everything that waits is
committed at once; once a second it saves the text of all running calls. While the
database cannot be written, events are kept and tried again; nothing is lost as long as
the process lives.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from moa_core.run import (
    CallAlive,
    CallDelta,
    CallExtended,
    CallQueued,
    CallReclassified,
    CallTimed,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
    RunState,
)
from storage.database import BUSY_TIMEOUT_S, Database
from storage.errors import NotFoundError, RejectedError, StorageError
from storage.recording.call_rows import Recording, write_event
from storage.recording.interruptions import mark_interrupted
from storage.recording.partial_text import write_texts

_log = logging.getLogger(__name__)

TICK_S = 1.0
"""How often the text of running calls is saved, and a failed write tried again."""

_CLOSING_TICK_S = 0.1

SWEEP_S = 5.0
"""How often runs of dead processes are looked for."""


_NOT_KEPT = (
    RunStarted, LayerStarted, LayerFinished,
    CallQueued, CallTimed, CallExtended, CallAlive,
)  # fmt: skip


@dataclass(slots=True)
class _PendingWrite:
    """An event that waits to be written.

    Attributes:
        written: Done when it is committed; only the end of a run is waited for.
    """

    recording: Recording
    event: RunEvent
    written: Future[None] = field(default_factory=Future)


class Recorder:
    """Records every run of this process.

    Args:
        database: Where; its runs must have been begun there.

    Attributes:
        last_error: Why nothing can be written now, with the next step; ``None``
            while all is well.
    """

    def __init__(self, database: Database) -> None:
        self.last_error: StorageError | None = None
        self._database = database
        self._inbox: queue.SimpleQueue[_PendingWrite | None] = queue.SimpleQueue()
        self._backlog: list[_PendingWrite] = []
        self._recordings: dict[str, Recording] = {}
        self._closing_at: float | None = None
        self._closed = False
        self._settled = True
        self._thread = threading.Thread(
            target=self._work, name="polyphony-recorder", daemon=True
        )
        self._thread.start()

    async def record(self, run_uid: str, event: RunEvent, state: RunState) -> None:
        """Take note of an event that ``state`` has already taken in.

        Returns at once, but for the last event of a run: then when it is committed.

        Raises:
            StorageError: The run is not in the database, or the recorder was closed
                before its end could be written.
        """
        if isinstance(event, CallDelta | CallReclassified):
            return  # the writer reads the text from the state
        worker = str(self._database.worker)
        recording = self._recordings.setdefault(
            run_uid, Recording(run_uid, state, worker)
        )
        if isinstance(event, _NOT_KEPT):
            return
        write = _PendingWrite(recording, event)
        write.written.set_running_or_notify_cancel()  # nobody can call it off
        self._inbox.put(write)
        if not isinstance(event, RunFinished | RunAborted):
            return
        if self._closed:
            raise self._closed_error()
        await asyncio.wrap_future(write.written)

    @property
    def waiting(self) -> int:
        """How many events are not committed yet."""
        return self._inbox.qsize() + len(self._backlog)

    def mark_interrupted(self) -> int:
        """Mark runs whose process is gone; returns how many there were.

        Raises:
            StorageError: The database cannot be read or written.
        """
        return mark_interrupted(self._database, list(self._recordings))

    def close(self, patience_s: float = 5.0) -> None:
        """Write what waits, then end; gives up after ``patience_s`` seconds."""
        self._closing_at = time.monotonic() + patience_s
        self._inbox.put(None)
        self._thread.join(patience_s + BUSY_TIMEOUT_S + TICK_S)

    def _work(self) -> None:
        """The writer thread: collect, write, and now and then look around."""
        tick_at = time.monotonic() + TICK_S
        sweep_at = time.monotonic() + SWEEP_S
        while not self._finished():
            self._collect(tick_at)
            now, closing = time.monotonic(), self._closing_at is not None
            ticking = closing or now >= tick_at
            if ticking:
                tick_at = now + (_CLOSING_TICK_S if closing else TICK_S)
            if ticking or self.last_error is None:
                self._write(with_texts=ticking)
            if now >= sweep_at:
                sweep_at = now + SWEEP_S
                self._sweep()
        self._give_up()

    def _finished(self) -> bool:
        if self._closing_at is None or not self._inbox.empty():
            return False
        return self._settled or time.monotonic() > self._closing_at

    def _collect(self, until: float) -> None:
        """Wait for something to do, then take all that is there."""
        try:
            write = self._inbox.get(timeout=max(0.0, until - time.monotonic()))
            while True:
                if write is not None:
                    self._backlog.append(write)
                write = self._inbox.get_nowait()
        except queue.Empty:
            return

    def _write(self, *, with_texts: bool) -> None:
        """Commit everything that waits; what cannot be written now waits on."""
        try:
            self._commit(self._backlog, with_texts=with_texts)
        except (NotFoundError, RejectedError):
            self._commit_one_by_one()
        except StorageError as error:
            self._note_error(error)
        except Exception:  # noqa: BLE001 - nothing may stop the writer
            _log.exception("a write failed for a reason of our own")
            self._commit_one_by_one()

    def _commit(self, writes: Sequence[_PendingWrite], *, with_texts: bool) -> None:
        recordings = list(self._recordings.values()) if with_texts else []
        worker = str(self._database.worker)
        self._settled = with_texts or not writes
        if writes or recordings:
            with self._database.writing() as session:
                for write in writes:
                    write_event(session, write.recording, write.event)
                saved = write_texts(session, worker, recordings)
            for text in saved:
                text.recording.saved[text.call_id] = text.lengths
        if self.last_error is not None:
            _log.info("the database can be written again")
            self.last_error = None
        for write in list(writes):
            self._remove(write)

    def _commit_one_by_one(self) -> None:
        """Find the event that cannot be written, and let go of it alone."""
        for write in list(self._backlog):
            try:
                self._commit([write], with_texts=False)
            except (NotFoundError, RejectedError) as error:
                self._remove(write, error)
            except StorageError as error:
                return self._note_error(error)
            except Exception as error:  # noqa: BLE001 - told to the log and the run
                self._remove(write, error)
        return None

    def _remove(self, write: _PendingWrite, error: Exception | None = None) -> None:
        """The event is committed; with an error it can never be."""
        if error is not None:
            uid = write.recording.uid
            _log.error("an event of run %s was refused", uid, exc_info=error)
        self._backlog.remove(write)
        if isinstance(write.event, RunFinished | RunAborted):
            self._recordings.pop(write.recording.uid, None)
            if error is None:
                write.written.set_result(None)
            else:
                write.written.set_exception(error)

    def _note_error(self, error: StorageError) -> None:
        self._settled = False
        if type(error) is not type(self.last_error):
            _log.warning("%s %s", error, error.advice)
        self.last_error = error

    def _sweep(self) -> None:
        try:
            self.mark_interrupted()
        except StorageError as error:
            _log.warning("could not look for interrupted runs: %s", error)
        except Exception:  # noqa: BLE001 - nothing may stop the writer
            _log.exception("looking for interrupted runs failed")

    def _give_up(self) -> None:
        """Tell those who wait that their run's end will not be written."""
        self._closed = True  # first, so that nothing can slip in behind
        self._collect(0.0)
        for write in self._backlog:
            if not write.written.done():
                write.written.set_exception(self._closed_error())

    def _closed_error(self) -> StorageError:
        return self.last_error or StorageError(
            self._database.place, "the recorder is closed"
        )
