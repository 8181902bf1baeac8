"""The tables of the API: its keys, and what was asked with them.

What was asked and answered are turns, runs and calls of a conversation of the kind
``api``.
"""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import (
    Base,
    Id,
    Ms,
    NanoUsd,
    Prose,
    Sha256,
    Uid,
    Word,
    one_of,
)


class ApiKeyRow(Base):
    """A key that a program asks with; never the secret itself.

    Attributes:
        sha256: Of the secret.
        begins: The secret's first characters, by which its owner tells it from others;
            ``ends`` has its last ones.
        cap_nusd: What it may spend in a month; NULL sets no limit.
        expose: What clients are told of a run that do not say themselves: ``none``, its
            ``summary``, or its drafts in ``full``, as reasoning.
    """

    __tablename__ = "api_keys"
    __table_args__ = (one_of("expose", "none", "summary", "full"),)

    id: Mapped[Id]
    uid: Mapped[Uid]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    name: Mapped[Prose]
    begins: Mapped[Word]
    ends: Mapped[Word]
    cap_nusd: Mapped[NanoUsd | None]
    expose: Mapped[Word]
    created_at: Mapped[Ms]
    used_at: Mapped[Ms | None]
    revoked_at: Mapped[Ms | None]


class ApiTurnRow(Base):
    """A question that a program asked.

    Attributes:
        key_uid: The key it asked with. Of another machine if no key here has that uid:
            keys are not exported.
        asked_sha256: Of the request's messages up to the question, by which the turn is
            found when the program asks on.
        given: The messages between the question that it follows, or the beginning, and
            this one, each with ``role`` and ``text``; NULL if that is the answer that
            it continued from, or nothing.
    """

    __tablename__ = "api_turns"
    __table_args__ = (Index(None, "key_uid", "asked_sha256"),)

    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    key_uid: Mapped[str] = mapped_column(String(32))
    asked_sha256: Mapped[Sha256]
    given: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))


class ApiRunRow(Base):
    """A run that a program asked for; a rework from the page of its turn has none.

    Attributes:
        key_uid: The key that it was asked with, and that its cost counts for.
        request: What the program asked of the writer alone: messages word for word,
            settings and tools, as ``storage.api`` writes them; NULL if nothing.
    """

    __tablename__ = "api_runs"
    __table_args__ = (Index(None, "key_uid", "run_id"),)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    key_uid: Mapped[str] = mapped_column(String(32))
    request: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
