"""Writes examples to train a model on, from what users chose, as JSONL.

Their forms are those of ``moa_core.training``. What simulated models wrote is left out.
Documents stand in their questions as models read them. Answers about images are left
out, and so is what came after them: the example would teach to make up what is seen.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, TypeAlias

from sqlalchemy import select

from moa_core.settings import SIMULATED
from moa_core.training import TrainingFormat, chat_example, preference_example
from storage.conversations import Conversation, Conversations, Turn
from storage.database import Database
from storage.errors import NotFoundError
from storage.runs import AnswerRef
from storage.schema import ConversationRow
from storage.votes import StoredVote, Votes

_Messages: TypeAlias = list[dict[str, str]]
"""Each with its ``role`` and ``content``."""


def training_lines(
    database: Database, form: TrainingFormat, conversation_uid: str | None = None
) -> Iterator[str]:
    """Every example, a line each with its line break.

    Args:
        database: Where the conversations are.
        form: The form of the lines.
        conversation_uid: Only of this conversation; ``None`` for all that were not
            deleted.

    Raises:
        NotFoundError: There is no such conversation.
    """
    votes = Votes(database)
    for conversation in _conversations(database, conversation_uid):
        if form == "chat":
            examples = _chats(conversation)
        else:
            of_turns = [
                vote for turn in conversation.turns for vote in votes.of_turn(turn.uid)
            ]
            examples = _preferences(conversation, of_turns, trl=form != "preferences")
        for example in examples:
            yield json.dumps(example, ensure_ascii=False) + "\n"


def _conversations(database: Database, uid: str | None) -> Iterator[Conversation]:
    """One after the other: together they may be more than fits into memory."""
    conversations = Conversations(database)
    if uid is not None:
        yield conversations.load(uid)
        return
    living = select(ConversationRow.uid).where(ConversationRow.deleted_at.is_(None))
    with database.reading() as session:
        uids = session.scalars(living.order_by(ConversationRow.id)).all()
    for each in uids:
        try:
            yield conversations.load(each)
        except NotFoundError:
            continue  # deleted meanwhile


def _chats(conversation: Conversation) -> Iterator[dict[str, Any]]:
    """The messages of a conversation's newest path, unless nothing was answered.

    Each question stands with the answer that the conversation went on from; the last
    with the one that comes next. A question without an answer is left out.
    """
    messages = _opening(conversation)
    for turn, next_turn in _with_next(conversation):
        if turn.question.message.images:
            break
        messages += _exchange(turn, next_turn)
    if messages and messages[-1]["role"] == "assistant":
        yield chat_example(messages)


def _preferences(
    conversation: Conversation, votes: Sequence[StoredVote], *, trl: bool
) -> Iterator[dict[str, Any]]:
    """The answers preferred to others: by votes, and by going on from them.

    Where these say the opposite the vote counts: nobody learns from both.
    """
    history = _opening(conversation)
    for turn, next_turn in _with_next(conversation):
        if turn.question.message.images:
            return
        prompt = [*history, _asked(turn)]
        voted = list(_preferred_by_votes(turn, votes))
        continued = _preferred_by_continuing(turn, next_turn)
        pairs = voted + [pair for pair in continued if pair[::-1] not in voted]
        texts = [(_text(turn, better), _text(turn, worse)) for better, worse in pairs]
        for chosen, rejected in dict.fromkeys(texts):
            if not (chosen and rejected) or chosen == rejected:
                continue
            yield preference_example(prompt, chosen, rejected, trl=trl)
        history += _exchange(turn, next_turn)


def _with_next(conversation: Conversation) -> Iterator[tuple[Turn, Turn | None]]:
    """Every turn with the one that follows it on the path."""
    return zip_longest(conversation.turns, conversation.turns[1:])


def _opening(conversation: Conversation) -> _Messages:
    """What a program sent before the first question."""
    first = conversation.turns[0].given if conversation.turns else None
    return [_message(each.role, each.text) for each in first or ()]


def _exchange(turn: Turn, next_turn: Turn | None) -> _Messages:
    """A question with the answer it counts with; nothing if it has none.

    What a program sent in the place of that answer counts as it was sent.
    """
    if next_turn is not None and next_turn.given is not None:
        given = [_message(each.role, each.text) for each in next_turn.given]
        return [_asked(turn), *given]
    taken = turn.answer if next_turn is None else next_turn.origin
    answer = _text(turn, taken)
    if not answer:
        return []
    return [_asked(turn), _message("assistant", answer)]


def _preferred_by_votes(
    turn: Turn, votes: Sequence[StoredVote]
) -> Iterator[tuple[AnswerRef, AnswerRef]]:
    for vote in votes:
        winner = vote.vote.winner
        if vote.turn_uid == turn.uid and winner is not None:
            best = vote.answers[winner]
            yield from ((best, each) for each in vote.answers if each != best)


def _preferred_by_continuing(
    turn: Turn, next_turn: Turn | None
) -> Iterator[tuple[AnswerRef, AnswerRef]]:
    """An answer that was chosen, or gone on from, is better than the versions left."""
    taken = turn.chosen if next_turn is None else next_turn.origin
    if taken is not None:
        refs = [version.ref for version in turn.versions]
        yield from ((taken, ref) for ref in refs if ref != taken)


def _text(turn: Turn, answer: AnswerRef | None) -> str:
    """A finished answer of the turn; ``""`` if there is none, or it was simulated."""
    for run in turn.runs:
        if answer is not None and run.uid == answer.run_uid:
            seat = run.state.seat_at(answer.seat)
            real = seat.agent.endpoint != SIMULATED
            return seat.text if real and seat.status == "succeeded" else ""
    return ""


def _asked(turn: Turn) -> dict[str, str]:
    """The question of a turn, with the texts of its documents."""
    return _message("user", turn.question.message.text)


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
