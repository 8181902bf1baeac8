"""Lists the questions of chats that an experiment can repeat."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.mixture import MoAConfig, config_sha256
from storage.schema import ConfigRow, ConversationRow, RunRow, TurnRow
from storage.values import moment

FINISHED: Final = (RunRow.status == "succeeded", RunRow.synthesises)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuestion:
    """A question of a chat that was answered.

    Attributes:
        uid: Of its turn.
        run_uid: Of the newest whole run of the wanted mixture that answered it: its
            answer is arm B, its drafts are the panel. ``None``: it is asked anew.
        asked_at: When it was asked.
    """

    uid: str
    question: str
    run_uid: str | None
    asked_at: datetime


def history_questions(
    session: Session, mixture: MoAConfig, limit: int | None = None
) -> list[HistoryQuestion]:
    """The questions of chats with a finished run, newest first.

    Duels are left out, and so is what was deleted.

    Args:
        session: Reading.
        mixture: Whose runs are taken as they are.
        limit: How many at most.
    """
    query = (
        select(TurnRow)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(
            ConversationRow.kind == "chat",
            ConversationRow.deleted_at.is_(None),
            select(RunRow.id).where(RunRow.turn_id == TurnRow.id, *FINISHED).exists(),
        )
        .order_by(TurnRow.id.desc())
        .limit(limit)
    )
    turns = session.scalars(query).all()
    runs = _runs_of(session, mixture, [turn.id for turn in turns])
    return [
        HistoryQuestion(
            uid=turn.uid,
            question=turn.question,
            run_uid=runs.get(turn.id),
            asked_at=moment(turn.created_at),
        )
        for turn in turns
    ]


def _runs_of(
    session: Session, mixture: MoAConfig, turn_ids: Collection[int]
) -> dict[int, str]:
    """The newest whole run of a mixture on each turn that has one."""
    rows = session.execute(
        select(RunRow.turn_id, RunRow.uid)
        .join(ConfigRow, ConfigRow.id == RunRow.config_id)
        .where(
            RunRow.turn_id.in_(turn_ids),
            ConfigRow.sha256 == config_sha256(mixture),
            RunRow.based_on_id.is_(None),
            *FINISHED,
        )
        .order_by(RunRow.id)
    )
    return dict(rows.all())
