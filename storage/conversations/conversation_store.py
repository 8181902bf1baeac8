"""One conversation with the turns of a path through it, and what can be done to it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import bindparam, or_, select

from moa_core.messages import Message, Question, conversation_messages
from storage.conversations.loading import Turn as Turn
from storage.conversations.loading import load_path
from storage.conversations.origins import STOPPED, set_chosen_answer
from storage.conversations.queue import QueuedQuestion, queued_question
from storage.conversations.writing import change_conversation, find_conversation, lock
from storage.database import Database
from storage.errors import NotFoundError
from storage.runs import AnswerRef, call_id_of
from storage.schema import (
    ApiTurnRow,
    CallRow,
    CallTextRow,
    ConversationRow,
    RunRow,
    TurnRow,
)
from storage.values import UNTITLED, clean, moment, now_ms

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation along one path through its turns.

    Attributes:
        turns: Those of the path, oldest first; each names the branches beside it.
        queued: The question that waits until the last one is answered.
        by_program: Whether a program asks in it, through the API.
        key_uid: The key that it asks with; ``None`` where nobody does.
    """

    uid: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: tuple[Turn, ...]
    queued: QueuedQuestion | None = None
    by_program: bool = False
    key_uid: str | None = None

    def messages(self, question: Question) -> tuple[Message, ...]:
        """What layer 1 receives if ``question`` follows the last of these turns."""
        history = [
            (turn.question, turn.text_of(follower.origin if follower else turn.answer))
            for turn, follower in zip_longest(self.turns, self.turns[1:])
        ]
        return conversation_messages(history, question)


class Conversations:
    """The conversations of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(
        self, uid: str, through: str | None = None, *, ends: bool = False
    ) -> Conversation:
        """One conversation along a path, with all runs and texts of its turns.

        Args:
            uid: The conversation.
            through: Uid of a turn that the path goes through; ``None`` for the one
                that was asked last.
            ends: Whether the path ends at that turn; otherwise it goes on to the turn
                that was asked last of all that came of it.

        Raises:
            NotFoundError: There is no such conversation or turn, or it was deleted.
        """
        with self._database.reading() as session:
            conversation_id = find_conversation(session, uid, "chat", "api")
            row = session.get_one(ConversationRow, conversation_id)
            return Conversation(
                uid=row.uid,
                title=row.title,
                created_at=moment(row.created_at),
                updated_at=moment(row.updated_at),
                turns=load_path(session, row.id, through, ends=ends),
                queued=queued_question(session, row.id),
                by_program=row.kind == "api",
                key_uid=session.scalar(_KEY_UID, {"conversation_id": row.id}),
            )

    def choose(self, turn_uid: str, answer: AnswerRef | None) -> None:
        """Choose the answer that the turn after this one goes on from.

        The next synthesis of the turn takes its place. Turns that were asked before
        keep what they went on from.

        Args:
            turn_uid: The turn.
            answer: A synthesis or a proposal of it, whole or stopped with some text;
                ``None`` for the newest synthesis, else the newest one stopped.

        Raises:
            NotFoundError: There is no such turn, or it has no such answer.
        """
        with self._database.writing() as session:
            turn = session.scalar(select(TurnRow).where(TurnRow.uid == turn_uid))
            if turn is None:
                raise NotFoundError(f"turn {turn_uid}")
            lock(session, turn.conversation_id)
            call_id = None if answer is None else call_id_of(session, answer)
            answers_it = (
                select(CallRow.id)
                .join(RunRow, RunRow.id == CallRow.run_id)
                .outerjoin(CallTextRow, CallTextRow.call_id == CallRow.id)
                .where(
                    CallRow.id == call_id,
                    or_(
                        CallRow.status == "succeeded",
                        CallRow.status.in_(STOPPED) & (CallTextRow.output != ""),
                    ),
                )
                .where(RunRow.turn_id == turn.id)
            )
            if call_id is not None and session.scalar(answers_it) is None:
                raise NotFoundError(f"such answer to turn {turn.uid}")
            set_chosen_answer(session, turn.id, call_id)

    def leave_out(self, turn_uid: str) -> None:
        """Let the next question include no answer of a turn that has none but stopped.

        Raises:
            NotFoundError: There is no such turn.
        """
        with self._database.writing() as session:
            turn = session.scalar(select(TurnRow).where(TurnRow.uid == turn_uid))
            if turn is None:
                raise NotFoundError(f"turn {turn_uid}")
            lock(session, turn.conversation_id)
            set_chosen_answer(session, turn.id, None, left_out=True)

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
            change_conversation(session, uid, **values)


_KEY_UID = (
    select(ApiTurnRow.key_uid)
    .join(TurnRow, TurnRow.id == ApiTurnRow.turn_id)
    .where(TurnRow.conversation_id == bindparam("conversation_id"))
    .limit(1)
)
