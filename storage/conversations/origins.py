"""Resolves which answer each turn continues from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from moa_core.messages import Message, Question, conversation_messages
from storage.conversations.turns import TurnTree
from storage.schema import (
    CallRow,
    CallTextRow,
    RunRow,
    TurnRow,
)


@dataclass(frozen=True, slots=True)
class Synthesis:
    """A synthesis that was written to its end, by the ids of its run and call."""

    run_id: int
    call_id: int


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a conversation's turns, by the ids of turns and calls.

    Attributes:
        syntheses: Of every turn, oldest first.
        chosen: What the user chose to go on from.
        origins: What a turn went on from, where that was kept.
        first_runs: The oldest run of every turn.
    """

    syntheses: dict[int, list[Synthesis]]
    chosen: dict[int, int]
    origins: dict[int, int]
    first_runs: dict[int, int]

    @classmethod
    def of(cls, session: Session, conversation_id: int) -> Self:
        """Read the answers of a conversation."""
        turns = session.execute(
            select(TurnRow.id, TurnRow.chosen_call_id, TurnRow.origin_call_id).where(
                TurnRow.conversation_id == conversation_id
            )
        ).all()
        first_runs = session.execute(
            select(RunRow.turn_id, func.min(RunRow.id))
            .where(RunRow.conversation_id == conversation_id)
            .group_by(RunRow.turn_id)
        )
        return cls(
            syntheses=_syntheses(session, conversation_id),
            chosen={turn: chosen for turn, chosen, _ in turns if chosen is not None},
            origins={turn: origin for turn, _, origin in turns if origin is not None},
            first_runs=dict(first_runs.all()),
        )

    def of_turn(self, turn_id: int) -> int | None:
        """What the next turn goes on from: the chosen one, else the newest synthesis.

        ``None`` if the turn has no answer: then the next one does not see it at all.
        """
        if turn_id in self.chosen:
            return self.chosen[turn_id]
        syntheses = self.syntheses.get(turn_id)
        return syntheses[-1].call_id if syntheses else None

    def origin(self, turn_id: int, parent_id: int) -> int | None:
        """What ``turn_id`` went on from.

        Where that was not kept, it is the newest synthesis that its parent had then:
        later ones come from later runs.
        """
        if turn_id in self.origins:
            return self.origins[turn_id]
        first_run = self.first_runs.get(turn_id)
        before = [
            synthesis.call_id
            for synthesis in self.syntheses.get(parent_id, [])
            if first_run is None or synthesis.run_id < first_run
        ]
        return before[-1] if before else None


def _syntheses(session: Session, conversation_id: int) -> dict[int, list[Synthesis]]:
    rows = session.execute(
        select(RunRow.turn_id, RunRow.id, CallRow.id)
        .join(CallRow, CallRow.run_id == RunRow.id)
        .where(
            RunRow.conversation_id == conversation_id,
            CallRow.role == "aggregator",
            CallRow.status == "succeeded",
        )
        .order_by(RunRow.id)
    )
    syntheses: dict[int, list[Synthesis]] = {}
    for turn_id, run_id, call_id in rows:
        syntheses.setdefault(turn_id, []).append(Synthesis(run_id, call_id))
    return syntheses


def messages_after(
    session: Session, answers: Answers, path: Sequence[int], question: Question
) -> tuple[Message, ...]:
    """What layer 1 sees if ``question`` is asked at the end of ``path`` now."""
    read = [answers.origin(child, parent) for parent, child in pairwise(path)]
    if path:
        read.append(answers.of_turn(path[-1]))
    return _messages(session, path, read, question)


def messages_of_turn(session: Session, turn: TurnRow) -> tuple[Message, ...]:
    """What layer 1 saw when this turn was asked; every run of it sees the same."""
    path = TurnTree.of(session, turn.conversation_id).path_to(turn.id)
    answers = Answers.of(session, turn.conversation_id)
    read = [answers.origin(child, parent) for parent, child in pairwise(path)]
    return _messages(session, path[:-1], read, Question(turn.question))


def _messages(
    session: Session,
    path: Sequence[int],
    read: Sequence[int | None],
    question: Question,
) -> tuple[Message, ...]:
    """The conversation: the questions of ``path``, and of each the answer ``read``."""
    turns = select(TurnRow.id, TurnRow.question).where(TurnRow.id.in_(path))
    questions = {turn_id: Question(text) for turn_id, text in session.execute(turns)}
    answers = select(CallTextRow.call_id, CallTextRow.output).where(
        CallTextRow.call_id.in_({call_id for call_id in read if call_id is not None})
    )
    texts = dict(session.execute(answers).all())
    history = [
        (questions[turn_id], None if call_id is None else texts.get(call_id))
        for turn_id, call_id in zip(path, read, strict=True)
    ]
    return conversation_messages(history, question)


def set_chosen_answer(session: Session, turn_id: int, call_id: int | None) -> None:
    """Let a turn go on from this answer; ``None`` from its newest synthesis again."""
    session.execute(
        update(TurnRow)
        .where(TurnRow.id == turn_id, TurnRow.chosen_call_id.is_distinct_from(call_id))
        .values(chosen_call_id=call_id)
    )
