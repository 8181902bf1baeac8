"""The list of conversations, and one of them with all its turns."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from moa_core.usage import Cost
from storage.cleaning import clean
from storage.database import Database
from storage.errors import NotFoundError
from storage.money import cost
from storage.stored_runs import StoredRun, load_runs
from storage.tables import ConversationRow, RunRow, TurnRow
from storage.times import moment, now_ms
from storage.titles import UNTITLED

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """One line of the list.

    Attributes:
        updated_at: Of its newest question or answer.
        run_count: Runs that have ended.
        cost: Of those runs.
        running: Whether a run is under way.
    """

    uid: str
    title: str
    created_at: datetime
    updated_at: datetime
    run_count: int
    cost: Cost
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question and its latest run."""

    uid: str
    question: str
    created_at: datetime
    run: StoredRun | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation, oldest turn first."""

    uid: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: tuple[Turn, ...]


class Conversations:
    """The conversations of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(
        self, limit: int = 50, before: ConversationSummary | None = None
    ) -> list[ConversationSummary]:
        """The newest conversations, or those that follow ``before`` in the list."""
        under_way = (
            select(RunRow.id)
            .where(
                RunRow.conversation_id == ConversationRow.id,
                RunRow.status == "running",
            )
            .exists()
        )
        query = (
            select(ConversationRow, under_way)
            .where(ConversationRow.deleted_at.is_(None))
            .order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(_after_in_list(before))
        with self._database.reading() as session:
            return [_summary(row, running) for row, running in session.execute(query)]

    def load(self, uid: str) -> Conversation:
        """One conversation with all its turns, runs and texts.

        Raises:
            NotFoundError: There is no such conversation, or it was deleted.
        """
        with self._database.reading() as session:
            row = session.scalar(
                select(ConversationRow).where(
                    ConversationRow.uid == uid, ConversationRow.deleted_at.is_(None)
                )
            )
            if row is None:
                raise NotFoundError(f"conversation {uid}")
            return Conversation(
                uid=row.uid,
                title=row.title,
                created_at=moment(row.created_at),
                updated_at=moment(row.updated_at),
                turns=_turns(session, row.id),
            )

    def rename(self, uid: str, title: str) -> None:
        """Give a conversation another title; line breaks become spaces.

        Raises:
            NotFoundError: There is no such conversation.
        """
        line = " ".join(clean(title).split())[:LONGEST_TITLE]
        self._change(uid, title=line or UNTITLED)

    def delete(self, uid: str) -> None:
        """Take a conversation off the list; ``restore`` brings it back.

        Raises:
            NotFoundError: There is no such conversation.
        """
        self._change(uid, deleted_at=now_ms())

    def restore(self, uid: str) -> None:
        """Undo ``delete``.

        Raises:
            NotFoundError: There is no such conversation.
        """
        self._change(uid, deleted_at=None)

    def _change(self, uid: str, **values: str | int | None) -> None:
        with self._database.writing() as session:
            changed = session.scalar(
                update(ConversationRow)
                .where(ConversationRow.uid == uid)
                .values(**values)
                .returning(ConversationRow.id)
            )
            if changed is None:
                raise NotFoundError(f"conversation {uid}")


def _after_in_list(before: ConversationSummary) -> ColumnElement[bool]:
    updated_at = round(before.updated_at.timestamp() * 1000)
    its_id = (
        select(ConversationRow.id)
        .where(ConversationRow.uid == before.uid)
        .scalar_subquery()
    )
    return tuple_(ConversationRow.updated_at, ConversationRow.id) < tuple_(
        updated_at, its_id
    )


def _summary(row: ConversationRow, running: bool) -> ConversationSummary:
    return ConversationSummary(
        uid=row.uid,
        title=row.title,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        run_count=row.run_count,
        cost=cost(row.cost_nusd, row.cost_unknown_calls),
        running=running,
    )


def _turns(session: Session, conversation_id: int) -> tuple[Turn, ...]:
    """Every turn with its latest run."""
    latest = (
        select(func.max(RunRow.id))
        .where(RunRow.turn_id == TurnRow.id)
        .correlate(TurnRow)
        .scalar_subquery()
    )
    rows = session.execute(
        select(TurnRow, latest)
        .where(TurnRow.conversation_id == conversation_id)
        .order_by(TurnRow.seq)
    ).all()
    runs = load_runs(session, [run_id for _, run_id in rows if run_id is not None])
    return tuple(
        Turn(
            uid=turn.uid,
            question=turn.question,
            created_at=moment(turn.created_at),
            run=runs.get(run_id),
        )
        for turn, run_id in rows
    )
