"""Lists conversations of every kind: filtered, pinned ones apart, paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select, tuple_

from moa_core.usage import Cost
from storage.conversations import change_conversation
from storage.database import Database
from storage.history.filters import Filters, on_conversations, on_runs
from storage.history.models_used import ModelsUsed, presets_used
from storage.schema import KIND, CallRow, ConversationKind, ConversationRow, RunRow
from storage.values import cost, moment, ms_at, now_ms

MOST_PINNED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedConversation:
    """One line of the list.

    Attributes:
        updated_at: Of its newest question or answer.
        models: How many models the mixture has that answered last; 0 if none did.
        run_count: Runs that have ended.
        cost: Of those runs.
        running: Whether a run is under way.
    """

    uid: str
    kind: ConversationKind
    title: str
    created_at: datetime
    updated_at: datetime
    models: int
    run_count: int
    cost: Cost
    running: bool
    pinned: bool
    archived: bool


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What there is to filter by."""

    presets: tuple[str, ...]
    models: tuple[str, ...]


class ConversationList:
    """The list over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._models = ModelsUsed()

    def pinned(self, filters: Filters | None = None) -> list[ListedConversation]:
        """The pinned conversations, the one that was pinned last first.

        Raises:
            StorageError: The database cannot be read.
        """
        row = ConversationRow
        pinned = row.pinned_at.is_not(None)
        return self._list(filters, [pinned], row.pinned_at, MOST_PINNED)

    def newest(
        self,
        filters: Filters | None = None,
        limit: int = 50,
        before: ListedConversation | None = None,
    ) -> list[ListedConversation]:
        """The conversations that are not pinned, newest first.

        Args:
            filters: What they must be like; ``None``: any will do.
            limit: How many at most.
            before: The one they follow in the list; ``None`` for its head.

        Raises:
            StorageError: The database cannot be read.
        """
        row = ConversationRow
        wanted: list[ColumnElement[bool]] = [row.pinned_at.is_(None)]
        if before is not None:
            before_id = select(row.id).where(row.uid == before.uid).scalar_subquery()
            last = tuple_(ms_at(before.updated_at), before_id)
            wanted.append(tuple_(row.updated_at, row.id) < last)
        return self._list(filters, wanted, row.updated_at, limit)

    def choices(self) -> FilterChoices:
        """The presets and models that ever answered.

        Raises:
            StorageError: The database cannot be read.
        """
        with self._database.reading() as session:
            presets, models = presets_used(session), self._models.all(session)
        return FilterChoices(tuple(presets), tuple(models))

    def is_empty(self) -> bool:
        """Whether there is no conversation at all, not even an archived one."""
        with self._database.reading() as session:
            living = ConversationRow.deleted_at.is_(None)
            row_ids = select(ConversationRow.id).where(living).limit(1)
            return session.scalar(row_ids) is None

    def uids(self) -> list[str]:
        """All of them, oldest first, but for those that were deleted."""
        living = select(ConversationRow.uid).where(ConversationRow.deleted_at.is_(None))
        with self._database.reading() as session:
            return list(session.scalars(living.order_by(ConversationRow.id)))

    def call_count(self) -> int:
        """About how many calls there are: the highest number that one was given."""
        with self._database.reading() as session:
            return session.scalar(select(func.max(CallRow.id))) or 0

    def pin(self, uid: str, *, pinned: bool = True) -> None:
        """Put a conversation at the top of the list, or back into its place.

        Raises:
            NotFoundError: There is no such conversation.
        """
        self._change(uid, pinned_at=now_ms() if pinned else None)

    def archive(self, uid: str, *, archived: bool = True) -> None:
        """Take a conversation off the list, where search still finds it, or back.

        Raises:
            NotFoundError: There is no such conversation.
        """
        self._change(uid, archived_at=now_ms() if archived else None)

    def _list(
        self,
        filters: Filters | None,
        wanted: Sequence[ColumnElement[bool]],
        newest_first: SQLColumnExpression[Any],
        limit: int,
    ) -> list[ListedConversation]:
        row, filters = ConversationRow, filters or Filters()
        under_way = (
            select(RunRow.id)
            .where(RunRow.conversation_id == row.id, RunRow.status == "running")
            .exists()
        )
        mixture = (
            select(RunRow.config_id)
            .where(RunRow.conversation_id == row.id)
            .order_by(RunRow.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(row, under_way, mixture, KIND)
            .where(*wanted, *on_conversations(filters, row.updated_at))
            .order_by(newest_first.desc(), row.id.desc())
            .limit(limit)
        )
        with self._database.reading() as session:
            config_ids = self._models.configs_with(session, filters.model)
            if conditions := on_runs(filters, config_ids):
                runs = select(RunRow.conversation_id).where(*conditions)
                query = query.where(row.id.in_(runs))
            listed = session.execute(query).all()
            models = self._models.counts(session, {each[2] for each in listed})
            return [
                _listed(row, kind, running, models.get(config_id, 0))
                for row, running, config_id, kind in listed
            ]

    def _change(self, uid: str, **values: int | None) -> None:
        with self._database.writing() as session:
            change_conversation(session, uid, **values)


def _listed(
    row: ConversationRow, kind: str, running: bool, models: int
) -> ListedConversation:
    return ListedConversation(
        uid=row.uid,
        kind=cast(ConversationKind, kind),
        title=row.title,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        models=models,
        run_count=row.run_count,
        cost=cost(row.cost_nusd, row.cost_unknown_calls),
        running=running,
        pinned=row.pinned_at is not None,
        archived=row.archived_at is not None,
    )
