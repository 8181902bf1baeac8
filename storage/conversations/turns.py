"""Keeps the turns of a conversation as a tree, since questions can be edited."""

from enum import Enum, auto
from typing import Final, Literal, TypeAlias

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from moa_core.messages import Question
from storage.conversations.files import OF_TURNS, keep_files
from storage.errors import NotFoundError
from storage.schema import TurnRow, table_of
from storage.values import new_uid


class _Newest(Enum):
    NEWEST = auto()


NEWEST: Final = _Newest.NEWEST
"""Behind the turn that was asked last."""

After: TypeAlias = str | Literal[_Newest.NEWEST] | None
"""Where a question goes: behind the turn of this uid; ``None``, behind no other."""

# Built once: building a statement takes longer than running it.
_TURNS = table_of(TurnRow)
_THEIRS = _TURNS.c.conversation_id == bindparam("conversation_id")
_TREE = (
    select(_TURNS.c.id, _TURNS.c.uid, _TURNS.c.parent_id)
    .where(_THEIRS)
    .order_by(_TURNS.c.seq)
)
_LAST_SEQ = select(func.max(_TURNS.c.seq)).where(_THEIRS)


class TurnTree:
    """The turns of one conversation as they are now, by the ids of their rows."""

    def __init__(self, session: Session, conversation_id: int) -> None:
        rows = session.execute(_TREE, {"conversation_id": conversation_id}).all()
        self._uids: dict[int, str] = {turn_id: uid for turn_id, uid, _ in rows}
        self._parents: dict[int, int | None] = {
            turn_id: parent_id for turn_id, _, parent_id in rows
        }
        self._children: dict[int | None, list[int]] = {}
        for turn_id, parent_id in self._parents.items():
            self._children.setdefault(parent_id, []).append(turn_id)

    @property
    def newest(self) -> int | None:
        """The turn that was asked last; nothing follows it."""
        return next(reversed(self._parents), None)

    def find(self, uid: str) -> int:
        """The turn of that uid.

        Raises:
            NotFoundError: It is not in this conversation.
        """
        for turn_id, its_uid in self._uids.items():
            if its_uid == uid:
                return turn_id
        raise NotFoundError(f"turn {uid}")

    def uid(self, turn_id: int) -> str:
        """The turn's name in addresses."""
        return self._uids[turn_id]

    def parent(self, turn_id: int) -> int | None:
        """The turn that this one follows."""
        return self._parents[turn_id]

    def children(self, turn_id: int) -> list[int]:
        """The turns that follow it, oldest first."""
        return self._children.get(turn_id, [])

    def siblings(self, turn_id: int) -> list[int]:
        """The turns that follow the same one, itself included, oldest first."""
        return self._children[self.parent(turn_id)]

    def path_to(self, turn_id: int | None) -> list[int]:
        """The turns from the beginning to this one; none for ``None``."""
        path: list[int] = []
        while turn_id is not None:
            path.append(turn_id)
            turn_id = self.parent(turn_id)
        return path[::-1]

    def path_after(self, after: After) -> list[int]:
        """The turns that lead to a question asked there.

        Raises:
            NotFoundError: The turn is not in this conversation.
        """
        if after is NEWEST:
            return self.path_to(self.newest)
        return self.path_to(None if after is None else self.find(after))

    def newest_below(self, turn_id: int) -> int:
        """The turn that was asked last of this one and all that came of it."""
        newest, branch = turn_id, {turn_id}
        for later_id, parent_id in self._parents.items():
            if parent_id in branch:
                branch.add(later_id)
                newest = later_id
        return newest


def add_turn(
    session: Session,
    conversation_id: int,
    parent_id: int | None,
    question: Question,
    now: int,
) -> TurnRow:
    """Add a question behind ``parent_id``; ``None`` opens the conversation anew.

    The caller has locked the conversation, so that no other takes the same number.

    Raises:
        AttachmentError: Its files are too many, or too large together.
        NotFoundError: One of them was stored, and has been deleted meanwhile.
    """
    last_seq = session.scalar(_LAST_SEQ, {"conversation_id": conversation_id})
    turn = TurnRow(
        uid=new_uid(),
        conversation_id=conversation_id,
        seq=0 if last_seq is None else last_seq + 1,
        parent_id=parent_id,
        question=question.text,
        created_at=now,
    )
    session.add(turn)
    session.flush()
    keep_files(session, OF_TURNS, turn.id, question.attachments)
    return turn
