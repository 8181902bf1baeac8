"""Stores an experiment in a folder, and makes its runs.

``experiment.json`` has the protocol and the questions and is never changed;
``runs.jsonl`` has what happened, a line each: runs as they begin and end, every call
that has ended, and what is settled.
"""

import uuid
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock, Timeout

from moa_core.engine import Budget
from moa_core.errors import CapExceededError, ConfigError
from moa_core.evaluation import GradeReading, PairReading
from moa_core.experiments.benchmark import Design
from moa_core.experiments.folder.description import (
    read_description,
    unusable,
    write_description,
)
from moa_core.experiments.folder.kept_runs import (
    KeptRuns,
    begun_record,
    call_record,
    ended_record,
    key_to_list,
)
from moa_core.experiments.items import Item
from moa_core.experiments.store import Progress
from moa_core.experiments.work import (
    AnswerKey,
    GradeKey,
    JudgementKey,
    KnownRun,
    SettledAnswer,
    Task,
    WorkKey,
)
from moa_core.journal import Journal, ended_call
from moa_core.mixture import Seat
from moa_core.plan import Estimate
from moa_core.run import Call, RunEvent, RunState
from moa_core.usage import Cost

Ask = Callable[[Task, Budget | None], AsyncGenerator[RunEvent, None]]
"""Makes the run of a task: its events, within a budget if there is one."""

RUNS: Final = "runs.jsonl"
LOCK: Final = "lock"


class ExperimentFolder:
    """One experiment in a folder; one process at a time works on it.

    Attributes:
        path: The folder.
        items: Its questions, in their order; kinds as a file or the judge has them.
    """

    def __init__(self, path: Path, protocol: Design, items: Sequence[Item]) -> None:
        self.protocol, self.items = protocol, list(items)
        self.path = path
        self._lock = FileLock(path / LOCK)
        self._journal: Journal | None = None
        self._runs = KeptRuns(protocol, {item.id: item for item in items})
        self._texts: dict[str, dict[str, str]] = defaultdict(dict)
        self._progress = Progress()
        self._held_usd = Decimal(0)
        self._ask: Ask | None = None
        self._estimate: Callable[[Task], Estimate] | None = None

    @classmethod
    def create(cls, path: Path, protocol: Design, items: Sequence[Item]) -> Self:
        """Begin an experiment in a folder, which is made if it is not there.

        Raises:
            ConfigError: There is an experiment, or it cannot be written.
        """
        begun = cls(path, protocol, items)
        begun.write_description()
        return begun

    @classmethod
    def open(cls, path: Path) -> Self:
        """The experiment in a folder.

        Raises:
            ConfigError: There is none, or it was changed by hand.
        """
        return cls(path, *read_description(path))

    def write_description(self) -> None:
        """Begin the experiment, before anything of it is asked.

        Raises:
            ConfigError: There is one in its folder, or it cannot be written.
        """
        write_description(self.path, self.protocol, self.items)

    def load(self) -> None:
        """Read what happened so far, and keep other processes out.

        Raises:
            ConfigError: Another process is at it, or a file is damaged.
        """
        try:
            self._lock.acquire(timeout=0)
            self._journal = Journal(self.path / RUNS)
        except Timeout:
            raise ConfigError(
                f"Another process is working on the experiment in {self.path}."
            ) from None
        except OSError as error:
            raise unusable(self.path, error) from None
        for number, record in enumerate(self._journal.records(), start=1):
            try:
                self._take_in(record)
            except (LookupError, TypeError, ValueError, AttributeError):
                where = self.path / RUNS
                raise ConfigError(f"{where}: line {number} is damaged.") from None

    def use(self, ask: Ask, estimate: Callable[[Task], Estimate]) -> None:
        """Say how runs are made, and what they may cost."""
        self._ask, self._estimate = ask, estimate

    def close(self) -> None:
        """Let others work on it."""
        if self._journal:
            self._journal.close()
        self._lock.release()

    @property
    def spent(self) -> Cost:
        """What all calls have cost so far, failed ones included."""
        return self._runs.spent

    async def progress(self) -> Progress:
        """What is settled now."""
        settled = self._progress
        return Progress(
            dict(settled.answers),
            dict(settled.judgements),
            dict(settled.grades),
            self.spent,
        )

    async def runs_of(self, item: Item) -> Mapping[WorkKey, KnownRun]:
        """The newest run of every piece of work of a question."""
        return self._runs.of_item(item.id)

    async def texts_of(self, item: Item) -> Mapping[str, str]:
        """The settled answers of a question, by arm."""
        return dict(self._texts[item.id])

    async def perform(self, task: Task) -> KnownRun | None:
        """Make a run and write it down.

        Raises:
            CapExceededError: It could cost more than the budget leaves.
        """
        if self._ask is None or self._estimate is None:
            raise ValueError("use() says how runs are made")
        estimate = self._estimate(task)
        budget = self._reserve(estimate)
        uid = uuid.uuid4().hex
        run = KnownRun(uid, RunState(task.config, task.rework), task.unread)
        self._write(begun_record(uid, task))
        self._runs.add(task.key, run)
        try:
            async with aclosing(self._ask(task, budget)) as events:
                async for event in events:
                    run.state.apply(event)
                    self._write_call(uid, event)
        finally:
            self._held_usd -= estimate.high.usd
        self._write(ended_record(uid, run.state))
        return run

    def _reserve(self, estimate: Estimate) -> Budget | None:
        """Hold back what a run may cost."""
        limit_usd = self.protocol.budget_usd
        if limit_usd is None:
            self._held_usd += estimate.high.usd
            return None
        spent = self.spent
        left_usd = max(Decimal(0), limit_usd - spent.usd - self._held_usd)
        if estimate.high.usd > left_usd or (spent.usd and not left_usd):
            raise CapExceededError(
                f"The budget of {Cost(limit_usd)} leaves {Cost(left_usd)}, and what "
                f"comes next may cost {estimate.high}.",
                cap="budget",
                advice="What was answered is kept. Begin another experiment with fewer "
                "questions, cheaper models or a larger budget.",
            )
        self._held_usd += estimate.high.usd
        return Budget(limit_usd=left_usd, allow_unknown=True)

    async def settle_answer(
        self, key: AnswerKey, answer: SettledAnswer, run: str, call: Call
    ) -> None:
        """Keep that an answer is there."""
        seat = [call.seat.layer_index, call.seat.position]
        values = asdict(answer)
        values["cost_usd"] = None if answer.cost_usd is None else str(answer.cost_usd)
        self._settle({"answer": key_to_list(key), "run": run, "seat": seat, **values})

    async def settle_judgement(self, key: JudgementKey, reading: PairReading) -> None:
        """Keep what a judge said."""
        self._settle({"judgement": key_to_list(key), **asdict(reading)})

    async def settle_grade(self, key: GradeKey, reading: GradeReading) -> None:
        """Keep how an answer was graded."""
        self._settle({"grade": key_to_list(key), "scores": dict(reading.scores)})

    def _settle(self, record: dict[str, Any]) -> None:
        self._write(record)
        self._take_in(record)

    def _write_call(self, uid: str, event: RunEvent) -> None:
        if ended := ended_call(event):
            self._write(call_record(uid, ended), durable=ended.wait_s is None)
            self._runs.spent += ended.call.cost

    def _write(self, record: dict[str, Any], *, durable: bool = False) -> None:
        if self._journal is None:
            raise ValueError("load() opens the files")
        try:
            self._journal.append(record, durable=durable)
        except OSError as error:
            raise unusable(self.path, error) from None

    def _take_in(self, record: dict[str, Any]) -> None:
        """Add a record to what is known; its kind is told by its fields."""
        if "answer" in record:
            self._take_in_answer(record)
        elif "judgement" in record:
            self._take_in_judgement(record)
        elif "grade" in record:
            key = GradeKey(*record["grade"])
            self._progress.grades[key] = GradeReading(record["scores"])
        elif "call" in record:
            self._runs.end_call(record)
        elif "key" in record:
            self._runs.begin(record)
        else:
            self._runs.end(record)

    def _take_in_answer(self, record: dict[str, Any]) -> None:
        key, usd = AnswerKey(*record["answer"]), record["cost_usd"]
        state = self._runs.named(record["run"]).state
        self._texts[key.item][key.arm] = state.seat_at(Seat(*record["seat"])).text
        self._progress.answers[key] = SettledAnswer(
            characters=record["characters"],
            cost_usd=None if usd is None else Decimal(usd),
            seconds=record["seconds"],
        )
        self._runs.stand_in(key, record["run"])

    def _take_in_judgement(self, record: dict[str, Any]) -> None:
        values = dict(record)
        key = JudgementKey(*values.pop("judgement"))
        reading = self._progress.judgements[key] = PairReading(**values)
        if reading.kind and key.pair == self.protocol.primary and key.ours_first:
            self.items = [
                replace(item, kind=item.kind or reading.kind)
                if item.id == key.item
                else item
                for item in self.items
            ]
