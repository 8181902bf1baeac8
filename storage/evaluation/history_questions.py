"""Lists the questions of chats that an experiment can repeat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.mixture import MoAConfig, config_sha256
from storage.schema import (
    AttachmentRow,
    CallRow,
    ConfigRow,
    ConversationRow,
    RunInputRow,
    RunRow,
    TurnRow,
)
from storage.values import moment

FINISHED: Final = (RunRow.status == "succeeded", RunRow.synthesises)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuestion:
    """A question of a chat that was answered.

    Attributes:
        uid: Of its turn.
        run_uid: Of the newest whole run of the wanted mixture that answered it: its
            answer is arm B, its drafts are the panel. ``None``: it is asked anew.
        other_run_uid: The same of the other mixture, whose answer is arm M.
        asked_at: When it was asked.
        answered_at: When that run began.
        model_changed: Whether one of its models answered as another version since, in a
            run of the same mixture.
    """

    uid: str
    question: str
    run_uid: str | None
    other_run_uid: str | None = None
    asked_at: datetime
    answered_at: datetime | None = None
    model_changed: bool = False


def history_questions(
    session: Session, mixture: MoAConfig, limit: int | None = None
) -> list[HistoryQuestion]:
    """The questions of chats with a finished run, newest first.

    Duels are left out, and so is what was deleted. So are questions with files, which
    would be asked without them.

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
            ~select(AttachmentRow.turn_id)
            .where(AttachmentRow.turn_id == TurnRow.id)
            .exists(),
        )
        .order_by(TurnRow.id.desc())
        .limit(limit)
    )
    turns = session.scalars(query).all()
    runs = _runs_of(session, mixture, [turn.id for turn in turns])
    changed = _of_earlier_versions(session, [run.id for run in runs.values()])
    return [
        HistoryQuestion(
            uid=turn.uid,
            question=turn.question,
            asked_at=moment(turn.created_at),
            run_uid=run.uid if run else None,
            answered_at=moment(run.created_at) if run else None,
            model_changed=run is not None and run.id in changed,
        )
        for turn in turns
        for run in [runs.get(turn.id)]
    ]


def runs_on_questions(
    session: Session, mixture: MoAConfig, uids: Collection[str], since_ms: int
) -> dict[str, str]:
    """The newest whole run of a mixture on each question that has one, by uids.

    Those of models that call themselves otherwise by now are left out.

    Args:
        session: Reading.
        mixture: Whose runs.
        uids: Of the questions.
        since_ms: Older runs are left out.
    """
    turns = select(TurnRow.id, TurnRow.uid).where(TurnRow.uid.in_(uids))
    uid_of = dict(session.execute(turns).all())
    runs = _runs_of(session, mixture, uid_of)
    changed = _of_earlier_versions(session, [run.id for run in runs.values()])
    return {
        uid_of[turn_id]: run.uid
        for turn_id, run in runs.items()
        if run.id not in changed and run.created_at >= since_ms
    }


class _Run(NamedTuple):
    turn_id: int
    id: int
    uid: str
    created_at: int


def _runs_of(
    session: Session, mixture: MoAConfig, turn_ids: Collection[int]
) -> dict[int, _Run]:
    """The newest run of a mixture on each turn that has one, with nothing reused."""
    rows = session.execute(
        select(RunRow.turn_id, RunRow.id, RunRow.uid, RunRow.created_at)
        .join(ConfigRow, ConfigRow.id == RunRow.config_id)
        .where(
            RunRow.turn_id.in_(turn_ids),
            ConfigRow.sha256 == config_sha256(mixture),
            ~select(RunInputRow.run_id).where(RunInputRow.run_id == RunRow.id).exists(),
            *FINISHED,
        )
        .order_by(RunRow.id)
    )
    return {run.turn_id: run for run in map(_Run._make, rows)}


def _of_earlier_versions(session: Session, run_ids: Sequence[int]) -> set[int]:
    """Those of the runs in which a model called itself otherwise than it does now."""
    row = CallRow
    calls = session.execute(
        select(row.run_id, row.endpoint, row.model_requested, row.model_responded)
        .where(row.run_id.in_(run_ids), row.model_responded.is_not(None))
        .order_by(row.id)
    ).all()
    now = {(endpoint, model): answered for _, endpoint, model, answered in calls}
    return {
        run_id
        for run_id, endpoint, model, answered in calls
        if now[endpoint, model] != answered
    }
