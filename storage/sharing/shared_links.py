"""Keeps links to ended runs: whoever has one may look, until it ends or is revoked.

What stands in a link, its token, has a secret of 192 random bits, whose SHA-256 says
nothing of it: only that is kept, and looked up. The token is given once, to whoever
made the link. It names the person in whose database the link is: ``<uid>.<secret>``,
or the secret alone in the main one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal, cast

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from storage.conversations import find_conversation
from storage.database import Database
from storage.errors import NotFoundError
from storage.runs import StoredRun, load_runs
from storage.schema import ConversationRow, RunRow, SharedLinkRow, TurnRow
from storage.values import DAY_MS, UNTITLED, clean, moment, new_uid, now_ms

LinkKind = Literal["chat", "answer"]

MOST_LINKS: Final = 1000
LONGEST_TITLE: Final = 200

_RANDOM_BYTES: Final = 24
_LONGEST_TOKEN: Final = 100
_DOT: Final = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """What is to be shared.

    Attributes:
        runs: Uids of ended runs of one chat, in the order in which they are shown.
        days: After how many it ends; ``None``: never.
    """

    conversation_uid: str
    kind: LinkKind
    runs: Sequence[str]
    title: str
    days: int | None
    shows_costs: bool = False
    shows_prompts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLink:
    """A link, without its secret.

    Attributes:
        runs: Uids of the runs that it shows, in their order.
        expires_at: When it ends by itself; ``None``: never.
        opened: How often its page was opened.
    """

    uid: str
    conversation_uid: str
    kind: LinkKind
    runs: tuple[str, ...]
    title: str
    shows_costs: bool
    shows_prompts: bool
    created_at: datetime
    expires_at: datetime | None
    opened: int


@dataclass(frozen=True, slots=True)
class SharedTurn:
    """A question, and the run that is shown of it."""

    question: str
    run: StoredRun


class SharedLinks:
    """The links of one database.

    Args:
        database: Where they are.
        person: By the uid, whose it is; ``""`` for the main one.
    """

    def __init__(self, database: Database, person: str = "") -> None:
        self._database, self._person = database, person

    def create(self, new: NewLink) -> tuple[SharedLink, str]:
        """Make a link.

        Returns:
            The link, and its token: nobody can read that anywhere later.

        Raises:
            ConfigError: There is nothing to share, or a run is under way; or there are
                too many links.
            NotFoundError: There is no such chat, or no such run in it.
            StorageError: It could not be stored.
        """
        secret, now = secrets.token_urlsafe(_RANDOM_BYTES), now_ms()
        with self._database.writing() as session:
            row = SharedLinkRow(
                uid=new_uid(),
                sha256=_hash(secret),
                conversation_id=find_conversation(session, new.conversation_uid),
                kind=new.kind,
                runs=list(new.runs),
                title=" ".join(clean(new.title).split())[:LONGEST_TITLE] or UNTITLED,
                shows_costs=new.shows_costs,
                shows_prompts=new.shows_prompts,
                created_at=now,
                expires_at=None if new.days is None else now + new.days * DAY_MS,
                opened=0,
            )
            _check_runs(session, row)
            if len(session.execute(_living(now)).all()) >= MOST_LINKS:
                raise ConfigError(
                    f"There are {MOST_LINKS:,} links. Revoke one that is not needed."
                )
            session.add(row)
        token = f"{self._person}{_DOT}{secret}" if self._person else secret
        return _link(row, new.conversation_uid), token

    def all(self) -> list[SharedLink]:
        """The links that open now, newest first."""
        order = SharedLinkRow.created_at.desc(), SharedLinkRow.id.desc()
        query = _living(now_ms()).order_by(*order)
        with self._database.reading() as session:
            return [_link(*row) for row in session.execute(query)]

    def of_chat(self, conversation_uid: str) -> int:
        """How many links open to a chat now, or to an answer in it."""
        query = _living(now_ms()).where(ConversationRow.uid == conversation_uid)
        with self._database.reading() as session:
            return len(session.execute(query).all())

    def find(self, token: str) -> SharedLink | None:
        """The link of this token; ``None`` if none opens by it now.

        Raises:
            StorageError: The database cannot be read.
        """
        if len(token) > _LONGEST_TOKEN or person_of_token(token) != self._person:
            return None
        secret = token.rpartition(_DOT)[2]
        query = _living(now_ms()).where(SharedLinkRow.sha256 == _hash(secret))
        with self._database.reading() as session:
            found = session.execute(query).first()
            return _link(*found) if found else None

    def turns(self, link: SharedLink, runs: Sequence[str]) -> list[SharedTurn]:
        """Questions and runs of a link, in order.

        Args:
            link: The link.
            runs: Those of its runs that are wanted.

        Raises:
            StorageError: They cannot be read.
        """
        shared = [uid for uid in runs if uid in link.runs]
        query = (
            select(RunRow.id, RunRow.uid, TurnRow.question)
            .join(TurnRow, TurnRow.id == RunRow.turn_id)
            .where(RunRow.uid.in_(shared), RunRow.status != "running")
        )
        with self._database.reading() as session:
            found = {row.uid: row for row in session.execute(query)}
            loaded = load_runs(session, [row.id for row in found.values()])
        rows = [found[uid] for uid in shared if uid in found]
        return [SharedTurn(row.question, loaded[row.id]) for row in rows]

    def count_opening(self, uid: str) -> None:
        """Note that the page of a link was opened once more."""
        once_more = {"opened": SharedLinkRow.opened + 1}
        counted = update(SharedLinkRow).where(SharedLinkRow.uid == uid)
        with self._database.writing() as session:
            session.execute(counted.values(once_more))

    def revoke(self, uid: str) -> None:
        """Let a link open nothing any more; ``restore`` takes that back.

        Raises:
            NotFoundError: There is no such link.
        """
        self._set_revoked(uid, now_ms())

    def restore(self, uid: str) -> None:
        """Let a revoked link open again.

        Raises:
            NotFoundError: There is no such link.
        """
        self._set_revoked(uid, None)

    def _set_revoked(self, uid: str, revoked_at: int | None) -> None:
        change = update(SharedLinkRow).where(SharedLinkRow.uid == uid)
        change = change.values(revoked_at=revoked_at)
        with self._database.writing() as session:
            if session.scalar(change.returning(SharedLinkRow.id)) is None:
                raise NotFoundError(f"shared link {uid}")


def person_of_token(token: str) -> str:
    """By the uid, in whose database the link is; ``""`` for the main one."""
    return token.rpartition(_DOT)[0]


def _living(now: int) -> Select[SharedLinkRow, str]:
    """Links that open at that time, each with the uid of its chat."""
    return (
        select(SharedLinkRow, ConversationRow.uid)
        .join(ConversationRow, ConversationRow.id == SharedLinkRow.conversation_id)
        .where(
            and_(
                SharedLinkRow.revoked_at.is_(None),
                or_(SharedLinkRow.expires_at.is_(None), SharedLinkRow.expires_at > now),
                ConversationRow.deleted_at.is_(None),
            )
        )
    )


def _check_runs(session: Session, row: SharedLinkRow) -> None:
    """Refuse runs that are not the chat's, or have not ended."""
    query = select(RunRow.uid, RunRow.status).where(
        RunRow.uid.in_(row.runs), RunRow.conversation_id == row.conversation_id
    )
    found = dict(session.execute(query).all())
    for uid in row.runs:
        if uid not in found:
            raise NotFoundError(f"run {uid}")
    if not found or "running" in found.values():
        raise ConfigError("Wait for the answer: only what has ended can be shared.")


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _link(row: SharedLinkRow, conversation_uid: str) -> SharedLink:
    return SharedLink(
        uid=row.uid,
        conversation_uid=conversation_uid,
        kind=cast(LinkKind, row.kind),
        runs=tuple(row.runs),
        title=row.title,
        shows_costs=row.shows_costs,
        shows_prompts=row.shows_prompts,
        created_at=moment(row.created_at),
        expires_at=None if row.expires_at is None else moment(row.expires_at),
        opened=row.opened,
    )
