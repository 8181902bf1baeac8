"""Makes the runs of an experiment one by one, and knows when to begin no more."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from moa_core.errors import CapExceededError, CapReachedError, MoAError, RunStoppedError
from moa_core.evaluation import GradeReading, PairReading
from moa_core.experiments.answers import answer_in_run
from moa_core.experiments.store import ExperimentStore, Progress
from moa_core.experiments.work import (
    AnswerKey,
    GradeKey,
    JudgementKey,
    KnownRun,
    SettledAnswer,
    Task,
    WorkKey,
)
from moa_core.run import Call
from moa_core.usage import Cost

MOST_FAILURES: Final = 5
"""So many runs in a row that fail end it: an endpoint is down, or a key is wrong."""

EndReason = Literal["done", "paused", "capped", "failing", "incomplete"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that has just been settled, or has failed.

    Attributes:
        done: How many pieces are settled, of ``all``.
        spent: So far, failed calls included.
        error: Why it failed, if it did.
    """

    key: WorkKey
    done: int
    all: int
    spent: Cost
    error: MoAError | None = None


class NothingMoreError(Exception):
    """Nothing more is begun: the user said so, a cap was reached, or all fails."""

    def __init__(self, reason: EndReason, error: MoAError | None = None) -> None:
        super().__init__(reason)
        self.reason, self.error = reason, error


@dataclass(slots=True)
class RunMaker:
    """Makes runs and settles what they give.

    Attributes:
        store: Where they are kept.
        all: How many pieces of work there are.
        on_step: Told of every piece that is settled or fails.
        progress: What is settled.
        failed: What failed; it is not tried again before a resume.
    """

    store: ExperimentStore
    all: int
    on_step: Callable[[Step], None]
    progress: Progress = field(default_factory=Progress)
    failed: dict[WorkKey, MoAError] = field(default_factory=dict)
    _failures_in_a_row: int = 0
    _under_way: int = 0
    _one_ended: asyncio.Event = field(default_factory=asyncio.Event)
    _ending: NothingMoreError | None = None

    @property
    def done(self) -> int:
        """How many pieces are settled."""
        settled = self.progress
        return len(settled.answers) + len(settled.judgements) + len(settled.grades)

    async def carry_out(self, work: Callable[[], Awaitable[None]]) -> "Ended":
        """Do all that is missing, and say why it ended."""
        self.progress = await self.store.progress()
        try:
            await work()
        except NothingMoreError as ending:
            return Ended(ending.reason, ending.error, self.failed)
        except MoAError as error:  # it cannot be stored, or was deleted meanwhile
            return Ended("failing", error, self.failed)
        reason: EndReason = "done" if self.done == self.all else "incomplete"
        return Ended(reason, None, self.failed)

    def end(self, reason: EndReason, error: MoAError | None = None) -> None:
        """Begin nothing more; the first reason stays."""
        self._ending = self._ending or NothingMoreError(reason, error)

    async def perform(self, task: Task) -> KnownRun | None:
        """Make a run; ``None`` if another process has it.

        Raises:
            NothingMoreError: It was not begun, nor will others be.
        """
        run = await self._within_caps(task)
        if run is None:
            return None
        self.progress.spent += run.state.cost
        if run.answered:
            self._failures_in_a_row = 0
        else:
            self._note_failed_run(task.key, run.state.error or RunStoppedError())
        return run

    async def _within_caps(self, task: Task) -> KnownRun | None:
        """Make a run once a cap leaves enough: runs under way may need less than held.

        Raises:
            NothingMoreError: It does not, and none is under way.
        """
        while True:
            if self._ending:
                raise self._ending
            self._under_way += 1
            try:
                return await self.store.perform(task)
            except CapExceededError as error:
                if self._under_way == 1:
                    self.end("capped", error)
            finally:
                self._under_way -= 1
                self._one_ended.set()  # whoever waits holds this one
                one_ended = self._one_ended = asyncio.Event()
            if self._under_way:
                await one_ended.wait()

    async def settle_answer(
        self, key: AnswerKey, answer: SettledAnswer, run: str, call: Call
    ) -> None:
        """Keep that an answer is there."""
        await self.store.settle_answer(key, answer, run, call)
        self.progress.answers[key] = answer
        self._tell(key)

    async def settle_run(self, key: AnswerKey, run: KnownRun | None) -> KnownRun | None:
        """Keep the answer that a run wrote; ``None`` if it wrote none."""
        if run is None or not run.answered:
            return None
        answer, call = answer_in_run(run.state)
        await self.settle_answer(key, answer, run.uid, call)
        return run

    async def settle_judgement(self, key: JudgementKey, reading: PairReading) -> None:
        """Keep what a judge said."""
        await self.store.settle_judgement(key, reading)
        self.progress.judgements[key] = reading
        self._tell(key)

    async def settle_grade(self, key: GradeKey, reading: GradeReading) -> None:
        """Keep how a judge graded an answer."""
        await self.store.settle_grade(key, reading)
        self.progress.grades[key] = reading
        self._tell(key)

    def note_failure(self, key: WorkKey, error: MoAError) -> None:
        """Remember that a piece of work cannot be done now."""
        self.failed[key] = error
        self._tell(key, error)

    def _note_failed_run(self, key: WorkKey, error: MoAError) -> None:
        self.note_failure(key, error)
        self._failures_in_a_row += 1
        if isinstance(error, CapReachedError):
            self.end("capped", error)
        elif isinstance(error, RunStoppedError):
            self.end("paused", error)
        elif self._failures_in_a_row >= MOST_FAILURES:
            self.end("failing", error)

    def _tell(self, key: WorkKey, error: MoAError | None = None) -> None:
        spent = self.progress.spent
        self.on_step(Step(key, self.done, self.all, spent, error))


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a runner has ended.

    Attributes:
        reason: ``incomplete``: all was tried, and some of it failed, or another process
            is at it; a resume tries again.
        error: What ended it, with the next step.
        failed: Pieces of work that failed, each tried once.
    """

    reason: EndReason
    error: MoAError | None = None
    failed: Mapping[WorkKey, MoAError] = field(default_factory=dict)
