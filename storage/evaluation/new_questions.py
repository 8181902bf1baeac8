"""Adds questions to an experiment that begins, with answers that chats have."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.experiments import MIXTURE, OTHER, Arm, answer_in_run
from moa_core.messages import Question
from storage.conversations import add_turn
from storage.errors import NotFoundError
from storage.evaluation.history_questions import HistoryQuestion
from storage.evaluation.settling import settled_columns
from storage.runs import call_id_of, load_runs
from storage.schema import ExperimentAnswerRow, ExperimentItemRow, RunRow, TurnRow
from storage.values import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """A question that an experiment begins with.

    Attributes:
        kind: What a file says that it is, or ``""``.
        source: The question of a chat that it repeats; ``None`` for one from a file.
    """

    question: str
    kind: str = ""
    source: HistoryQuestion | None = None


def add_question(
    session: Session, conversation_id: int, question: NewQuestion, now: int
) -> None:
    """Add a question; an answer of the mixture that is there already is settled."""
    text = Question(clean(question.question))
    turn = add_turn(session, conversation_id, None, text, now)
    source = question.source
    session.add(
        ExperimentItemRow(
            turn_id=turn.id,
            source_turn_id=_turn_id(session, source.uid) if source else None,
            kind=question.kind or None,
            kind_by="file" if question.kind else None,
        )
    )
    if source and source.run_uid:
        _settle_answer_of_a_chat(session, turn.id, MIXTURE, source.run_uid)
    if source and source.other_run_uid:
        _settle_answer_of_a_chat(session, turn.id, OTHER, source.other_run_uid)


def _turn_id(session: Session, uid: str) -> int:
    turn_id = session.scalar(select(TurnRow.id).where(TurnRow.uid == uid))
    if turn_id is None:
        raise NotFoundError(f"question {uid}")
    return turn_id


def _settle_answer_of_a_chat(
    session: Session, turn_id: int, arm: Arm, run_uid: str
) -> None:
    run_id = session.scalar(select(RunRow.id).where(RunRow.uid == run_uid))
    if run_id is None:
        raise NotFoundError(f"run {run_uid}")
    stored = load_runs(session, [run_id])[run_id]
    if stored.answer is None:
        raise NotFoundError(f"answer in run {run_uid}")
    answer, _ = answer_in_run(stored.state)
    session.add(
        ExperimentAnswerRow(
            turn_id=turn_id,
            arm=arm,
            run_id=run_id,
            call_id=call_id_of(session, stored.answer),
            **settled_columns(answer),
        )
    )
