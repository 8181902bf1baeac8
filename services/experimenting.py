"""Carries out experiments of the database on the engine's loop, and says how far."""

import asyncio
import concurrent.futures
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from moa_core.engine import LiveRuns
from moa_core.evaluation import GradeReading, PairReading
from moa_core.experiments import (
    AnswerKey,
    BenchmarkRunner,
    Ended,
    GradeKey,
    Item,
    JudgementKey,
    KnownRun,
    Progress,
    Runner,
    SettledAnswer,
    Step,
    Task,
    WorkKey,
    estimate_task,
    runner_of,
)
from moa_core.run import Call
from services.asking import Asking
from storage.database import Database
from storage.errors import NotFoundError
from storage.evaluation import (
    Ballots,
    Benchmarks,
    Experiments,
    ExperimentState,
    ExperimentSummary,
    ExperimentWork,
    RecordedFiles,
    StoredBenchmark,
    StoredExperiment,
)
from storage.recording import Recorder

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class LiveExperiment:
    """An experiment that this process works on; grows on the engine's loop.

    Attributes:
        step: What was settled last, with counts and money; ``None`` before the first.
        ended: Why it ended; ``None`` while it goes on.
    """

    uid: str
    step: Step | None = None
    ended: Ended | None = None
    _runner: Runner | BenchmarkRunner | None = None
    _store: "DatabaseStore | None" = None
    _work: concurrent.futures.Future[None] | None = None  # keeps its task alive

    @property
    def live(self) -> bool:
        """Whether it goes on."""
        return self.ended is None

    def wait(self, within_s: float | None = None) -> None:
        """Wait until it has ended.

        Raises:
            TimeoutError: It goes on.
        """
        if self._work:
            self._work.result(within_s)


class Experimenting:
    """Starts and pauses experiments.

    Attributes:
        experiments: Those of the database.
        benchmarks: The runs of benchmarks, which are carried out in the same way.
        recorded: What was imported of judgements that others recorded.
        ballots: The blind votes on them.
    """

    def __init__(self, database: Database, live: LiveRuns, recorder: Recorder) -> None:
        self.experiments, self.ballots = Experiments(database), Ballots(database)
        self.benchmarks, self.recorded = Benchmarks(database), RecordedFiles(database)
        self._database, self._live, self._recorder = database, live, recorder
        self._known: dict[str, LiveExperiment] = {}

    def get(self, uid: str) -> LiveExperiment | None:
        """The experiment, if this process works on it, or did since it started."""
        return self._known.get(uid)

    @property
    def under_way(self) -> bool:
        """Whether this process works on any."""
        return any(each.live for each in self._known.values())

    def goes_on(self, summary: ExperimentSummary) -> bool:
        """Whether this process works on it, or another one that lives."""
        if (known := self._known.get(summary.uid)) and known.live:
            return True
        wanted = summary.state == "running"
        return wanted and self.experiments.is_worked_at_elsewhere(summary.uid)

    def work_of(self, stored: StoredExperiment | StoredBenchmark) -> ExperimentWork:
        """What is settled of an experiment, and its texts."""
        return ExperimentWork(self._database, stored.summary.uid, stored.protocol)

    def start(self, uid: str, asking: Asking) -> LiveExperiment:
        """Do what is missing of an experiment or a benchmark; returns at once.

        Args:
            uid: Its uid; one that goes on here already goes on.
            asking: Who is asked, with the keys of the session that starts it.

        Raises:
            NotFoundError: There is none.
            ConfigError: Its protocol was changed.
            StorageError: It cannot be read or written.
        """
        known = self._known.get(uid)
        if known and known.live:
            return known
        stored: StoredExperiment | StoredBenchmark
        try:
            stored = self.benchmarks.load(uid)
        except NotFoundError:
            stored = self.experiments.load(uid, conversations=True)
        self._recorder.mark_interrupted()  # runs that a kill has cut off
        self.experiments.set_state(uid, "running")
        work = self.work_of(stored)
        current = LiveExperiment(uid)
        store = DatabaseStore(work, asking)

        def note(step: Step) -> None:
            current.step = step

        runner = runner_of(stored.protocol, stored.items, store, note)
        current._runner, current._store = runner, store
        self._known[uid] = current
        current._work = self._live.submit(self._carry_out(current, runner))
        return current

    def pause(self, uid: str) -> None:
        """Begin nothing more of it; what is under way ends first."""
        if (current := self._known.get(uid)) and current._runner:
            self._live.loop.call_soon_threadsafe(current._runner.pause)

    def stop(self, uid: str) -> None:
        """Pause it now: runs under way are stopped, and what had arrived is kept."""
        self.pause(uid)
        if (current := self._known.get(uid)) and current._store:
            for run_uid in current._store.under_way:
                self._live.stop(run_uid)

    def pause_all(self) -> None:
        """Before the process ends: runs under way are stopped with the rest."""
        for uid in self._known:
            self.pause(uid)

    async def _carry_out(
        self, current: LiveExperiment, runner: Runner | BenchmarkRunner
    ) -> None:
        try:
            ended = await runner.run()
        except Exception:  # noqa: BLE001 - it can be resumed, and must not look alive
            _log.exception("experiment %s ended for a reason of our own", current.uid)
            ended = Ended("incomplete")
        state: ExperimentState = "finished" if ended.reason == "done" else "paused"
        why = ended.error or next(iter(ended.failed.values()), None)
        note = f"{why} {why.advice}".strip() if why else ""
        await asyncio.to_thread(self.experiments.set_state, current.uid, state, note)
        current.ended = ended


class DatabaseStore:
    """Keeps the work of an experiment in the database, and makes its runs live.

    Attributes:
        under_way: Uids of the runs that it makes now.
    """

    def __init__(self, work: ExperimentWork, asking: Asking) -> None:
        self.under_way: set[str] = set()
        self._work, self._asking = work, asking

    async def progress(self) -> Progress:
        """What is settled now."""
        return await asyncio.to_thread(self._work.progress)

    async def runs_of(self, item: Item) -> Mapping[WorkKey, KnownRun]:
        """The newest run at each piece of work of a question that has one."""
        return await asyncio.to_thread(self._work.runs_of, item)

    async def texts_of(self, item: Item) -> Mapping[str, str]:
        """The settled answers of a question, by arm."""
        return await asyncio.to_thread(self._work.texts_of, item)

    async def perform(self, task: Task) -> KnownRun | None:
        """Store a run and make it; it is recorded as any other."""
        asking = self._asking
        caps = await asyncio.to_thread(asking.app_settings.caps)
        begun = await asyncio.to_thread(
            self._work.begin, task, lambda _: estimate_task(task, asking.prices), caps
        )
        if begun is None:
            return None
        self.under_way.add(begun.run_uid)
        try:
            state = await asking.run_task(begun, task)
        finally:
            self.under_way.discard(begun.run_uid)
        return KnownRun(begun.run_uid, state, task.unread)

    async def settle_answer(
        self, key: AnswerKey, answer: SettledAnswer, run: str, call: Call
    ) -> None:
        """Keep that an answer is there."""
        settle = self._work.settle_answer
        await asyncio.to_thread(settle, key, answer, run, call.seat)

    async def settle_judgement(self, key: JudgementKey, reading: PairReading) -> None:
        """Keep what a judge said."""
        await asyncio.to_thread(self._work.settle_judgement, key, reading)

    async def settle_grade(self, key: GradeKey, reading: GradeReading) -> None:
        """Keep how an answer was graded."""
        await asyncio.to_thread(self._work.settle_grade, key, reading)
