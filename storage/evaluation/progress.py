"""Loads what is settled of an experiment, without texts and in a few queries."""

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.evaluation import Choice, GradeReading, PairReading
from moa_core.experiments import (
    AnswerKey,
    GradeKey,
    JudgementKey,
    Progress,
    SettledAnswer,
)
from storage.schema import (
    ConversationRow,
    ExperimentAnswerRow,
    GradeRow,
    JudgementRow,
    TurnRow,
)
from storage.values import cost, usd

_READ = ("first", "second", "same")


def load_progress(
    session: Session, row_id: int, judge: str, prompt_sha256: str
) -> Progress:
    """What is settled.

    Args:
        session: Reading.
        row_id: Of the experiment's conversation.
        judge: Whose judgements, ``endpoint/model``.
        prompt_sha256: The wording that it was told.
    """
    conversation = session.get_one(ConversationRow, row_id)
    return Progress(
        answers=_answers(session, row_id),
        judgements=_judgements(session, row_id, judge, prompt_sha256),
        grades=_grades(session, row_id, judge, prompt_sha256),
        spent=cost(conversation.cost_nusd, conversation.cost_unknown_calls),
    )


def _answers(session: Session, row_id: int) -> dict[AnswerKey, SettledAnswer]:
    row = ExperimentAnswerRow
    rows = session.execute(
        select(TurnRow.uid, row.arm, row.characters, row.cost_nusd, row.duration_ms)
        .join(TurnRow, TurnRow.id == row.turn_id)
        .where(TurnRow.conversation_id == row_id, row.call_id.is_not(None))
    )
    return {
        AnswerKey(uid, arm): SettledAnswer(
            characters=characters or 0,
            cost_usd=None if cost_nusd is None else usd(cost_nusd),
            seconds=(duration_ms or 0) / 1000,
        )
        for uid, arm, characters, cost_nusd, duration_ms in rows
    }


def _judgements(
    session: Session, row_id: int, judge: str, prompt_sha256: str
) -> dict[JudgementKey, PairReading]:
    row = JudgementRow
    rows = session.execute(
        select(TurnRow.uid, row.pair, row.ours_first, row.better, row.clearly, row.kind)
        .join(TurnRow, TurnRow.id == row.turn_id)
        .where(
            TurnRow.conversation_id == row_id,
            row.better.is_not(None),
            row.judge == judge,
            row.prompt_sha256 == prompt_sha256,
        )
    )
    return {
        JudgementKey(uid, pair, ours_first): PairReading(
            better=choice_of(better), clearly=clearly, kind=kind or ""
        )
        for uid, pair, ours_first, better, clearly, kind in rows
    }


def _grades(
    session: Session, row_id: int, judge: str, prompt_sha256: str
) -> dict[GradeKey, GradeReading]:
    row = GradeRow
    rows = session.execute(
        select(TurnRow.uid, row.scores)
        .join(TurnRow, TurnRow.id == row.turn_id)
        .where(
            TurnRow.conversation_id == row_id,
            row.scores.is_not(None),
            row.judge == judge,
            row.prompt_sha256 == prompt_sha256,
        )
    )
    return {GradeKey(uid): GradeReading(scores or {}) for uid, scores in rows}


def choice_of(better: str | None) -> Choice | None:
    """What a judge preferred; ``None`` if it could not be read, or is not settled."""
    return cast(Choice, better) if better in _READ else None
