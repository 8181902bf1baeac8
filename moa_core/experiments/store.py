"""Says what an experiment is kept in: a database, or a folder of files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol as Interface

from moa_core.evaluation import GradeReading, PairReading
from moa_core.experiments.items import Item
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
from moa_core.usage import FREE, Cost


@dataclass(slots=True)
class Progress:
    """What is settled of an experiment, without texts.

    Attributes:
        spent: What all its calls have cost, failed ones included.
    """

    answers: dict[AnswerKey, SettledAnswer] = field(default_factory=dict)
    judgements: dict[JudgementKey, PairReading] = field(default_factory=dict)
    grades: dict[GradeKey, GradeReading] = field(default_factory=dict)
    spent: Cost = FREE

    @property
    def settled(self) -> frozenset[WorkKey]:
        """What need not be done any more."""
        return frozenset([*self.answers, *self.judgements, *self.grades])


class ExperimentStore(Interface):
    """Where one experiment is kept; several processes may work on it."""

    async def progress(self) -> Progress:
        """What is settled now."""

    async def runs_of(self, item: Item) -> Mapping[WorkKey, KnownRun]:
        """The newest run at each piece of work of a question that has one.

        Of an answer that was written in another run, that run.
        """

    async def texts_of(self, item: Item) -> Mapping[str, str]:
        """The settled answers of a question, by arm."""

    async def perform(self, task: Task) -> KnownRun | None:
        """Make a run and record it; its end is recorded when this returns.

        Returns:
            ``None`` if another process is at it, or has done it.

        Raises:
            CapExceededError: It could cost more than a cap or the budget leaves.
            StorageError: It could not be stored; nothing was asked.
        """

    async def settle_answer(
        self, key: AnswerKey, answer: SettledAnswer, run: str, call: Call
    ) -> None:
        """Keep that an answer is there: ``call``, which sits in the run ``run``."""

    async def settle_judgement(self, key: JudgementKey, reading: PairReading) -> None:
        """Keep what a judge said, and the kind of the question where none was known.

        A reading that is none is kept too: the pair is left out, and counted.
        """

    async def settle_grade(self, key: GradeKey, reading: GradeReading) -> None:
        """Keep how an answer was graded; one that cannot be read is kept too."""
