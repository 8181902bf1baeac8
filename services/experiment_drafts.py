"""Draws the questions of an experiment that is about to begin, and prices it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from moa_core.evaluation import read_questions
from moa_core.experiments import (
    MIXTURE,
    OTHER,
    AnswerKey,
    Forecast,
    Item,
    Protocol,
    drawn,
    forecast,
)
from moa_core.messages import Message
from moa_core.mixture import MoAConfig
from moa_core.pricing import PriceBook
from storage.evaluation import Experiments, NewQuestion

LONGEST_KEPT: Final = timedelta(days=30)
"""Answers of chats that are older are warned of: models change behind their names."""


@dataclass(frozen=True, slots=True)
class ExperimentDraft:
    """Questions in the order that was drawn; nothing is stored yet.

    Attributes:
        questions: What ``Experiments.create`` takes.
        answered: How many answers to them there are in chats, at no new cost.
    """

    questions: tuple[NewQuestion, ...]
    _items: tuple[Item, ...]

    @property
    def answered(self) -> int:
        """Those that are taken as they are, by the mixture and by the other one."""
        return len(self._settled)

    @property
    def outdated(self) -> int:
        """Those of them that are old, or whose models have changed since."""
        return sum(map(_is_outdated, self.questions))

    def first(self, count: int) -> "ExperimentDraft":
        """Only the first questions of the order: what fewer would have drawn."""
        return ExperimentDraft(self.questions[:count], self._items[:count])

    def asked_anew(self) -> "ExperimentDraft":
        """With outdated answers asked for again."""
        return replace(self, questions=tuple(map(_up_to_date, self.questions)))

    def with_other(
        self, experiments: Experiments, other: MoAConfig
    ) -> "ExperimentDraft":
        """With the answers of another mixture in chats, unless they are outdated."""
        uids = [each.source.uid for each in self.questions if each.source]
        since = datetime.now(UTC) - LONGEST_KEPT
        runs = experiments.answered_by(other, uids, since)

        def answered(question: NewQuestion) -> NewQuestion:
            source = question.source
            if source is None or source.uid not in runs:
                return question
            known = replace(source, other_run_uid=runs[source.uid])
            return replace(question, source=known)

        return replace(self, questions=tuple(map(answered, self.questions)))

    def forecast(self, protocol: Protocol, prices: PriceBook) -> Forecast:
        """What it will cost and take; conversations before the questions apart."""
        return forecast(protocol, self._items, prices, self._settled)

    @property
    def _settled(self) -> frozenset[AnswerKey]:
        return frozenset(
            AnswerKey(item.id, arm)
            for item, question in zip(self._items, self.questions, strict=True)
            if (source := question.source)
            for arm, run in ((MIXTURE, source.run_uid), (OTHER, source.other_run_uid))
            if run
        )


def _is_outdated(question: NewQuestion) -> bool:
    source = question.source
    if source is None or source.answered_at is None:
        return False
    age = datetime.now(UTC) - source.answered_at
    return source.model_changed or age > LONGEST_KEPT


def _up_to_date(question: NewQuestion) -> NewQuestion:
    """The question without an answer that is outdated."""
    if question.source is None or not _is_outdated(question):
        return question
    return replace(question, source=replace(question.source, run_uid=None))


def draft_of_chats(
    experiments: Experiments,
    mixture: MoAConfig,
    questions: int | None = None,
    *,
    seed: int = 0,
    newest: int | None = None,
) -> ExperimentDraft:
    """Draw from the questions of chats.

    Args:
        experiments: Of the database.
        mixture: Arm B; its runs are taken as they are.
        questions: How many; ``None`` for all that are different.
        seed: Of the order.
        newest: Draw from so many of the newest only.

    Raises:
        ConfigError: There are fewer.
    """
    asked = experiments.questions(mixture, newest)[::-1]
    by_uid = {
        each.uid: NewQuestion(question=each.question, source=each) for each in asked
    }
    return _draft(by_uid, questions, seed)


def draft_of_file(
    data: bytes, name: str, questions: int | None = None, *, seed: int = 0
) -> ExperimentDraft:
    """Draw from the questions of a file.

    Raises:
        ConfigError: It cannot be read, with line and field; or there are fewer.
    """
    by_id = {
        each.id: NewQuestion(question=each.question, kind=each.kind)
        for each in read_questions(data, name).questions
    }
    return _draft(by_id, questions, seed)


def _draft(
    by_id: Mapping[str, NewQuestion], questions: int | None, seed: int
) -> ExperimentDraft:
    items: Sequence[Item] = [
        Item(
            id=name,
            messages=(Message.from_text("user", question.question),),
            kind=question.kind,
        )
        for name, question in by_id.items()
    ]
    order = drawn(items, questions, seed)
    return ExperimentDraft(tuple(by_id[item.id] for item in order), tuple(order))
