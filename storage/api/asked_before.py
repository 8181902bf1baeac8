"""Finds where a program's question belongs: behind what it asked with the same key.

A program sends its whole conversation with each question. Its turns are known by the
hash of all messages up to the question; what an assistant said behind it is compared
with what we had answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from moa_core.messages import Message
from moa_core.run import NO_REQUEST, WriterRequest
from storage.runs import ANSWERING_ROLES
from storage.schema import (
    ApiRunRow,
    ApiTurnRow,
    CallRow,
    CallTextRow,
    ConversationRow,
    RunRow,
    TurnRow,
)
from storage.values import clean

if TYPE_CHECKING:
    from moa_core.openai_wire import ApiRequest

MOST_BRANCHES: Final = 20
"""So often a question can be asked again beside itself; then a conversation begins."""

_LEGIBLE: Final = ("succeeded", "stopped", "interrupted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiQuestion:
    """A question of a program, with the conversation that it sent.

    Attributes:
        key_uid: The key that it asks with.
        messages: What proposers read, ending with the user's message.
        asked_sha256: Of the conversation up to that message, under this key.
        follows_sha256: Of the conversation up to the user's message before it; ``None``
            if there is none.
        between: What was said between these two messages.
        writer: What it asks of whoever writes the answer.
    """

    key_uid: str
    messages: tuple[Message, ...]
    asked_sha256: str
    follows_sha256: str | None = None
    between: tuple[Message, ...] = ()
    writer: WriterRequest = NO_REQUEST

    @classmethod
    def of(cls, request: "ApiRequest", key_uid: str) -> Self:
        """What ``request`` asks with a key."""
        said = request.conversation.said  # results of tools are not the user's
        users = [at for at, (role, *_) in enumerate(said) if role == "user"]
        begin = users[-2] + 1 if len(users) > 1 else 0
        return cls(
            key_uid=key_uid,
            messages=request.messages,
            asked_sha256=request.conversation_sha256(key_uid) or "",
            follows_sha256=request.conversation_sha256(key_uid, turns_back=1),
            between=request.messages[begin:-1],
            writer=request.writer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a question belongs.

    Attributes:
        conversation_id: ``None`` begins one.
        parent_id: The turn that it follows; ``None`` opens the conversation anew.
        origin_call_id: The answer of that turn that it continues from.
        given: What else came before it, as ``ApiTurnRow.given``.
    """

    conversation_id: int | None = None
    parent_id: int | None = None
    origin_call_id: int | None = None
    given: list[dict[str, str]] | None = None


def place_of(session: Session, asked: ApiQuestion) -> Place:
    """Where a question belongs, by what was asked with its key before."""
    before = _given(asked.messages[:-1]) or None
    again = _turns(session, asked.key_uid, asked.asked_sha256)
    follows = _turns(session, asked.key_uid, asked.follows_sha256)
    if len(again) >= MOST_BRANCHES or not (again or follows):
        return Place(given=before)
    if not follows:
        _, parent_id, conversation_id = again[0]
        return Place(conversation_id=conversation_id, parent_id=parent_id, given=before)
    origins = _answers_read(session, asked, [turn_id for turn_id, *_ in follows])
    for turn_id, _, conversation_id in follows:
        if turn_id in origins:
            return Place(
                conversation_id=conversation_id,
                parent_id=turn_id,
                origin_call_id=origins[turn_id],
            )
    turn_id, _, conversation_id = follows[0]
    return Place(
        conversation_id=conversation_id, parent_id=turn_id, given=_given(asked.between)
    )


def answered_before(session: Session, key_uid: str, asked_sha256: str) -> str | None:
    """The run that was asked last about a conversation, as it ended; its uid.

    ``None`` if there is none, its conversation was deleted, or it is under way.
    """
    turn_ids = [turn_id for turn_id, *_ in _turns(session, key_uid, asked_sha256)]
    return session.scalar(
        select(RunRow.uid)
        .join(ApiRunRow, ApiRunRow.run_id == RunRow.id)
        .where(RunRow.turn_id.in_(turn_ids), RunRow.status != "running")
        .order_by(RunRow.id.desc())
        .limit(1)
    )


def _turns(
    session: Session, key_uid: str, asked_sha256: str | None
) -> Sequence[Row[int, int | None, int]]:
    """Turns with that question, newest first: their ids, parents and conversations."""
    if asked_sha256 is None:
        return ()
    return session.execute(
        select(TurnRow.id, TurnRow.parent_id, TurnRow.conversation_id)
        .join(ApiTurnRow, ApiTurnRow.turn_id == TurnRow.id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(
            ApiTurnRow.key_uid == key_uid,
            ApiTurnRow.asked_sha256 == asked_sha256,
            ConversationRow.deleted_at.is_(None),
        )
        .order_by(TurnRow.id.desc())
        .limit(MOST_BRANCHES)
    ).all()


def _answers_read(
    session: Session, asked: ApiQuestion, turn_ids: Sequence[int]
) -> dict[int, int]:
    """By turn, the call whose text is all that was said since it; the newest one."""
    if [message.role for message in asked.between] != ["assistant"]:
        return {}
    said = clean(asked.between[0].text).strip()
    answers = session.execute(
        select(RunRow.turn_id, CallRow.id, CallTextRow.output)
        .join(CallRow, CallRow.run_id == RunRow.id)
        .join(CallTextRow, CallTextRow.call_id == CallRow.id)
        .where(
            RunRow.turn_id.in_(turn_ids),
            CallRow.role.in_(ANSWERING_ROLES),
            CallRow.status.in_(_LEGIBLE),
        )
        .order_by(CallRow.id)
    )
    return {turn: call for turn, call, text in answers if said and text.strip() == said}


def _given(messages: Sequence[Message]) -> list[dict[str, str]]:
    return [{"role": each.role, "text": clean(each.text)} for each in messages]
