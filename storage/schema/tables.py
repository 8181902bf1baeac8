"""The tables of what was asked and answered, a mapped class each, named ``...Row``."""

from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import (
    Base,
    Count,
    Id,
    Ms,
    Prose,
    Sha256,
    Tokens,
    Uid,
    Word,
    not_negative,
    one_of,
    where,
)


class ConversationRow(Base):
    """A chat, a duel, an experiment or what programs ask, with totals of ended runs."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(None, "updated_at", "id", **where("deleted_at IS NULL")),
        Index(None, "pinned_at", **where("pinned_at IS NOT NULL")),
        Index(None, "archived_at", **where("archived_at IS NOT NULL")),
        one_of("kind", "chat", "duel", "experiment", "api"),
        not_negative("run_count", "cost_nusd", "cost_unknown_calls"),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[Word] = mapped_column(default="chat", server_default="chat")
    title: Mapped[Prose]
    created_at: Mapped[Ms]
    updated_at: Mapped[Ms]
    deleted_at: Mapped[Ms | None]
    pinned_at: Mapped[Ms | None]
    archived_at: Mapped[Ms | None]
    run_count: Mapped[Count]
    cost_nusd: Mapped[Count]
    cost_unknown_calls: Mapped[Count]


class TurnRow(Base):
    """A question in a conversation; ``parent_id`` is the turn it follows.

    Attributes:
        blind: Whether names and costs stay hidden until the vote; NULL unless it is a
            duel, a question that several mixtures answer side by side.
        chosen_call_id: The answer that the user chose to continue from; NULL for the
            newest synthesis, else a stopped one, unless ``answer_left_out``.
        origin_call_id: The answer, of the turn before it, that it continued from; NULL
            (in old databases) for the newest synthesis that there was.
    """

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index(None, "id", **where("blind IS NOT NULL")),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE")
    )
    seq: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("turns.id", ondelete="SET NULL"), index=True
    )
    question: Mapped[Prose]
    created_at: Mapped[Ms]
    blind: Mapped[bool | None]
    chosen_call_id: Mapped[int | None] = mapped_column(
        ForeignKey("calls.id", ondelete="SET NULL", use_alter=True), index=True
    )
    origin_call_id: Mapped[int | None] = mapped_column(
        ForeignKey("calls.id", ondelete="SET NULL", use_alter=True), index=True
    )
    answer_left_out: Mapped[bool] = mapped_column(default=False, server_default=false())


class QueuedQuestionRow(Base):
    """The question that waits while the last one of a conversation is answered.

    Attributes:
        send_when: That turn is ``answered``, or its run has ``ended`` in any way.
    """

    __tablename__ = "queued_questions"
    __table_args__ = (one_of("send_when", "answered", "ended"),)

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    after_uid: Mapped[str] = mapped_column(String(32))
    question: Mapped[Prose]
    send_when: Mapped[Word]
    created_at: Mapped[Ms]


class _FileColumns:
    """What is kept of a file that is attached to a question.

    Its bytes are here, so that one copy, one backup and one deletion have all of a
    question. They stand in the last column, which lists, pages and searches never ask
    for: neither database reads it then.

    Attributes:
        seq: Its place among the files of the question, from 0.
        size: Bytes of ``data``; ``sha256`` is of them.
        width: Of an image, in pixels; so is ``height``. NULL for a document.
        pages: Of a document; NULL where it has none.
        text: Of a document; NULL for an image.
        data: An image without anything but its pixels, or a document as it came.
    """

    id: Mapped[Id]
    seq: Mapped[int]
    kind: Mapped[Word]
    name: Mapped[Prose]
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[Sha256]
    size: Mapped[Tokens]
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    text: Mapped[Prose | None]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class AttachmentRow(_FileColumns, Base):
    """A file that was attached to a question."""

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("turn_id", "seq"),
        Index(None, "name", "turn_id"),
        one_of("kind", "image", "document"),
        not_negative("size", "seq"),
    )

    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), sort_order=-1
    )


class QueuedAttachmentRow(_FileColumns, Base):
    """A file of a question that waits."""

    __tablename__ = "queued_attachments"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        one_of("kind", "image", "document"),
        not_negative("size", "seq"),
    )

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("queued_questions.conversation_id", ondelete="CASCADE")
    )


class ConfigRow(Base):
    """An exact mixture, kept once however many runs used it."""

    __tablename__ = "configs"

    id: Mapped[Id]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
