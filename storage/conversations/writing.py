"""A conversation that is about to change: begun or found, and locked for others."""

from typing import Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from moa_core.messages import Question
from storage.errors import ConversationBusyError, NotFoundError
from storage.schema import ConversationRow, RunRow, table_of
from storage.values import new_uid, title_of

# Built once: building a statement takes longer than running it.
_CONVERSATIONS, _RUNS = table_of(ConversationRow), table_of(RunRow)
_FIND = select(_CONVERSATIONS.c.id).where(
    _CONVERSATIONS.c.uid == bindparam("its_uid"),
    _CONVERSATIONS.c.kind.in_(bindparam("its_kinds", expanding=True)),
    _CONVERSATIONS.c.deleted_at.is_(None),
)
_UNDER_WAY = (
    select(_RUNS.c.id)
    .where(
        _RUNS.c.conversation_id == bindparam("conversation_id"),
        _RUNS.c.status == "running",
    )
    .limit(1)
)


def begin_conversation(
    session: Session,
    kind: Literal["chat", "duel", "experiment", "api"],
    question: Question,
    now: int,
) -> ConversationRow:
    """Add a conversation that begins with ``question``; an experiment is called so."""
    row = ConversationRow(
        uid=new_uid(),
        kind=kind,
        title=title_of(question.text or _first_file(question)),
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _first_file(question: Question) -> str:
    return question.attachments[0].name if question.attachments else ""


def find_conversation(
    session: Session, uid: str, *kinds: Literal["chat", "experiment", "api"]
) -> int:
    """The row of a conversation that was not deleted.

    Args:
        session: Reading, or of a transaction.
        uid: Its uid.
        *kinds: What it must be, else a chat; a duel is none, and may be blind.

    Raises:
        NotFoundError: There is none.
    """
    conversation_id: int | None = session.scalar(
        _FIND, {"its_uid": uid, "its_kinds": kinds or ("chat",)}
    )
    if conversation_id is None:
        called = "experiment" if kinds == ("experiment",) else "conversation"
        raise NotFoundError(f"{called} {uid}")
    return conversation_id


def lock(
    session: Session, conversation_id: int, now: int | None = None
) -> ConversationRow:
    """Make other writers of a conversation wait for this transaction.

    Args:
        session: Of the transaction that will change it.
        conversation_id: Its row.
        now: When it was last used from here on, in milliseconds since 1970; without,
            that stays as it is.

    Raises:
        NotFoundError: It has just been deleted for good.
    """
    used_at = ConversationRow.updated_at if now is None else now
    row: ConversationRow | None = session.scalar(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(updated_at=used_at)
        .returning(ConversationRow)
    )
    if row is None:  # it was deleted while we waited
        raise NotFoundError(f"conversation {conversation_id}")
    return row


def change_conversation(session: Session, uid: str, **values: str | int | None) -> None:
    """Set columns of a conversation, be it deleted.

    Raises:
        NotFoundError: There is no such conversation.
    """
    changed = session.scalar(
        update(ConversationRow)
        .where(ConversationRow.uid == uid)
        .values(**values)
        .returning(ConversationRow.id)
    )
    if changed is None:
        raise NotFoundError(f"conversation {uid}")


def refuse_while_busy(session: Session, conversation: ConversationRow) -> None:
    """One question or rework at a time: the next goes on from what this one gives.

    Raises:
        ConversationBusyError: A run of the conversation is under way.
    """
    its_id = {"conversation_id": conversation.id}
    if session.scalar(_UNDER_WAY, its_id) is not None:
        raise ConversationBusyError(f"conversation {conversation.uid}")
