"""Lists conversations of every kind: filtered, pinned ones apart, paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from moa_core.usage import Cost
from storage.conversations import change_conversation
from storage.database import Database
from storage.history.filters import Filters, on_conversations, on_runs
from storage.history.models_used import ModelsUsed, presets_used
from storage.schema import (
    KIND,
    ApiKeyRow,
    ApiTurnRow,
    CallRow,
    ConversationKind,
    ConversationRow,
    RunRow,
    TurnRow,
    table_of,
)
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
        with self._database.reading() as session:
            return self._pinned(session, filters or Filters())

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
        with self._database.reading() as session:
            return self._newest(session, filters or Filters(), limit, before)

    def pinned_and_newest(
        self, filters: Filters, limit: int
    ) -> tuple[list[ListedConversation], list[ListedConversation]]:
        """Both, as they are at one moment.

        Raises:
            StorageError: The database cannot be read.
        """
        with self._database.reading() as session:
            pinned = self._pinned(session, filters)
            return pinned, self._newest(session, filters, limit)

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

    def has_of_programs(self) -> bool:
        """Whether there is a conversation in which a program asked."""
        row = ConversationRow
        asked = row.deleted_at.is_(None), row.kind == "api"
        with self._database.reading() as session:
            return session.scalar(select(row.id).where(*asked).limit(1)) is not None

    def keys_of(self, uids: Sequence[str]) -> dict[str, str | None]:
        """What the keys are called that programs asked with, by conversation.

        Args:
            uids: Of conversations in which programs asked.

        Returns:
            ``None`` for a key of another machine.
        """
        query = (
            select(ConversationRow.uid, ApiKeyRow.name)
            .join(TurnRow, TurnRow.conversation_id == ConversationRow.id)
            .join(ApiTurnRow, ApiTurnRow.turn_id == TurnRow.id)
            .outerjoin(ApiKeyRow, ApiKeyRow.uid == ApiTurnRow.key_uid)
            .where(ConversationRow.uid.in_(uids))
            .distinct()
        )
        with self._database.reading() as session:
            return dict(session.execute(query).all())

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

    def _pinned(self, session: Session, filters: Filters) -> list[ListedConversation]:
        return self._list(session, filters, _listing(filters, MOST_PINNED, pinned=True))

    def _newest(
        self,
        session: Session,
        filters: Filters,
        limit: int,
        before: ListedConversation | None = None,
    ) -> list[ListedConversation]:
        query = _listing(filters, limit, pinned=False)
        if before is not None:
            uid = _ROW.c.uid == before.uid
            before_id = select(_ROW.c.id).where(uid).scalar_subquery()
            last = tuple_(ms_at(before.updated_at), before_id)
            query = query.where(tuple_(_ROW.c.updated_at, _ROW.c.id) < last)
        return self._list(session, filters, query)

    def _list(
        self, session: Session, filters: Filters, query: Select[*tuple[Any, ...]]
    ) -> list[ListedConversation]:
        config_ids = self._models.configs_with(session, filters.model)
        if conditions := on_runs(filters, config_ids):
            runs = select(RunRow.conversation_id).where(*conditions)
            query = query.where(_ROW.c.id.in_(runs))
        rows = session.execute(query).all()
        models = self._models.counts(session, {row.mixture for row in rows})
        return [_listed(row, models.get(row.mixture, 0)) for row in rows]

    def _change(self, uid: str, **values: int | None) -> None:
        with self._database.writing() as session:
            change_conversation(session, uid, **values)


@lru_cache(maxsize=64)
def _listing(filters: Filters, limit: int, *, pinned: bool) -> Select[*tuple[Any, ...]]:
    """Lists what filters ask of a conversation; built once for those of the sidebar."""
    newest_first = _ROW.c.pinned_at if pinned else _ROW.c.updated_at
    return (
        select(_ROW, _UNDER_WAY, _MIXTURE, _KIND)
        .where(
            _ROW.c.pinned_at.is_not(None) if pinned else _ROW.c.pinned_at.is_(None),
            *on_conversations(filters, _ROW.c.updated_at),
            *([] if filters.kind else [_ROW.c.kind != "api"]),
        )
        .order_by(newest_first.desc(), _ROW.c.id.desc())
        .limit(limit)
    )


_ROW, _RUNS = table_of(ConversationRow), table_of(RunRow)
_KIND = KIND.label("shown_kind")
_UNDER_WAY = (
    select(_RUNS.c.id)
    .where(_RUNS.c.conversation_id == _ROW.c.id, _RUNS.c.status == "running")
    .exists()
    .label("running")
)
_MIXTURE = (
    select(_RUNS.c.config_id)
    .where(_RUNS.c.conversation_id == _ROW.c.id)
    .order_by(_RUNS.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("mixture")
)


def _listed(row: Row[*tuple[Any, ...]], models: int) -> ListedConversation:
    return ListedConversation(
        uid=row.uid,
        kind=cast(ConversationKind, row.shown_kind),
        title=row.title,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        models=models,
        run_count=row.run_count,
        cost=cost(row.cost_nusd, row.cost_unknown_calls),
        running=row.running,
        pinned=row.pinned_at is not None,
        archived=row.archived_at is not None,
    )
