"""Deletes conversations for good: those too old, and those in the bin long enough.

What goes here goes for good, with its texts, votes and mixtures that nobody else uses;
what it had cost stays in the sums. A conversation that is pinned, or has a run under
way, stays.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from storage.database import Database, advisory_lock
from storage.schema import (
    ConfigRow,
    ConversationRow,
    ExperimentItemRow,
    PresetRow,
    RunRow,
    SharedLinkRow,
    TurnRow,
    VoteSideRow,
)
from storage.settings import load_setting, save_setting
from storage.spending import erase_spend, erase_spend_of_turns
from storage.values import DAY_MS, moment, now_ms

UNDO_DAYS: Final = 30
"""So long what was deleted can be brought back; then it goes for good."""

LONGEST_DAYS: Final = 36_500
SETTING: Final = "retention"
_AT_ONCE = 5
_PAUSE_S = 0.1
"""Between two lots, so that answers that arrive meanwhile are written in time."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What has gone, or would go.

    Attributes:
        old: Conversations that were used last before the limit.
        deleted: Conversations and presets that had been deleted by the user.
    """

    old: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """A conversation that the user deleted, and can bring back."""

    uid: str
    title: str
    deleted_at: datetime


class Retention:
    """How long conversations of one database are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._closing = threading.Event()

    def days(self) -> int | None:
        """How long a conversation that nobody uses is kept; ``None``: for ever."""
        setting = load_setting(self._database, SETTING)
        return None if setting is None else setting["days"]

    def set_days(self, days: int | None) -> None:
        """Keep conversations for so many days from now on; ``None``: for ever.

        Raises:
            ConfigError: It is no number of days.
        """
        check_retention({"days": days})
        save_setting(self._database, SETTING, {"days": days})

    def preview(self, days: int | None) -> Tidied:
        """What would go if conversations were kept for so many days."""
        now = now_ms()
        with self._database.reading() as session:
            old = 0 if days is None else _count(session, _old(now, days))
            deleted = _count(session, _deleted(now - UNDO_DAYS * DAY_MS))
        return Tidied(old, deleted)

    def bin(self) -> list[Deleted]:
        """Conversations that can still be brought back, the last deleted one first."""
        row = ConversationRow
        query = (
            select(row.uid, row.title, row.deleted_at)
            .where(row.deleted_at.is_not(None))
            .order_by(row.deleted_at.desc(), row.id.desc())
        )
        with self._database.reading() as session:
            return [
                Deleted(uid, title, moment(deleted_at))
                for uid, title, deleted_at in session.execute(query)
                if deleted_at is not None
            ]

    def tidy(self, days: int | None) -> Tidied:
        """Delete for good what is too old, and what was deleted long enough ago.

        Args:
            days: How long conversations are kept; ``None``: for ever.

        Raises:
            StorageError: The database cannot be written; what has gone is gone.
        """
        now = now_ms()
        old = 0 if days is None else self._purge(_old(now, days))
        return Tidied(old, self._empty_bin(now - UNDO_DAYS * DAY_MS))

    def empty_bin(self) -> int:
        """Delete for good what the user deleted, however lately; returns how many."""
        return self._empty_bin(now_ms())

    def close(self) -> None:
        """Let a ``tidy`` in another thread end soon; it goes on the next time."""
        self._closing.set()

    def _empty_bin(self, until_ms: int) -> int:
        """Purge what was deleted by then, links that were over, and unused mixtures.

        Mixtures hold prompts: they go with the last that used them. Looking for them
        takes too long for every lot.
        """
        count = self._purge(_deleted(until_ms))
        users = (RunRow, PresetRow, VoteSideRow)
        used = (exists().where(row.config_id == ConfigRow.id) for row in users)
        with self._database.writing() as session:
            advisory_lock(session, "presets")
            session.execute(delete(PresetRow).where(PresetRow.deleted_at <= until_ms))
            session.execute(delete(SharedLinkRow).where(_over(until_ms)))
            session.execute(delete(ConfigRow).where(~or_(*used)))
        return count

    def _purge(self, conversations: Select[int]) -> int:
        batch = conversations.limit(_AT_ONCE).with_for_update()
        count = 0
        while True:
            with self._database.writing() as session:
                ids = session.scalars(batch).all()
                if ids:
                    purge(session, ids)
            count += len(ids)
            if not ids or self._closing.wait(_PAUSE_S):
                return count


def purge(session: Session, conversation_ids: Iterable[int]) -> None:
    """Delete conversations for good, with all that is theirs but their mixtures.

    That is also where experiments repeat one of their questions: that question goes
    from there, with its answers, judgements and votes.
    """
    ids = list(conversation_ids)
    erase_spend(session, ids)
    repeated = select(ExperimentItemRow.turn_id).where(
        ExperimentItemRow.source_turn_id == TurnRow.id, TurnRow.conversation_id.in_(ids)
    )
    if turn_ids := session.scalars(repeated).all():
        erase_spend_of_turns(session, turn_ids)
        session.execute(delete(TurnRow).where(TurnRow.id.in_(turn_ids)))
    session.execute(delete(ConversationRow).where(ConversationRow.id.in_(ids)))


def check_retention(value: Any) -> None:  # noqa: ANN401 - JSON
    """Raise a ConfigError unless this can be the setting ``retention``."""
    days = value.get("days") if isinstance(value, dict) else value
    whole = isinstance(value, dict) and (type(days) is int or days is None)
    if not whole or (days is not None and not 1 <= days <= LONGEST_DAYS):
        raise ConfigError(f"Keep conversations for 1 to {LONGEST_DAYS:,} days.")


def _old(now: int, days: int) -> Select[int]:
    row = ConversationRow
    unused = row.updated_at < now - days * DAY_MS
    return _without_runs_under_way(
        unused, row.pinned_at.is_(None), row.deleted_at.is_(None)
    )


def _deleted(until_ms: int) -> Select[int]:
    return _without_runs_under_way(ConversationRow.deleted_at <= until_ms)


def _over(until_ms: int) -> ColumnElement[bool]:
    """Links that were revoked by then, or had ended by themselves."""
    row = SharedLinkRow
    return or_(row.revoked_at <= until_ms, row.expires_at <= until_ms)


def _without_runs_under_way(*wanted: ColumnElement[bool]) -> Select[int]:
    under_way = exists().where(
        RunRow.conversation_id == ConversationRow.id, RunRow.status == "running"
    )
    repeated = exists().where(
        RunRow.status == "running",
        RunRow.turn_id == ExperimentItemRow.turn_id,
        ExperimentItemRow.source_turn_id == TurnRow.id,
        TurnRow.conversation_id == ConversationRow.id,
    )
    return select(ConversationRow.id).where(*wanted, ~under_way, ~repeated)


def _count(session: Session, conversations: Select[int]) -> int:
    count = select(func.count()).select_from(conversations.subquery())
    return session.scalar(count) or 0
