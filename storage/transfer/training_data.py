"""Examples to train a model on, from what users chose: chats and preferences, as JSONL.

Chats: ``{"messages": [...]}``, which OpenAI, Together and TRL read. Preferences, as
OpenAI, Together and Fireworks have them, ``{"input": {"messages": [...]},
"preferred_output": [...], "non_preferred_output": [...]}``; or as TRL has them,
``{"prompt": [...], "chosen": [...], "rejected": [...]}``. What simulated models wrote
is left out.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import select

from moa_core.settings import SIMULATED
from storage.conversations import Conversation, Conversations, Turn
from storage.database import Database
from storage.errors import NotFoundError
from storage.runs import AnswerRef
from storage.schema import ConversationRow
from storage.votes import StoredVote, Votes

TrainingFormat: TypeAlias = Literal["chat", "preferences", "preferences-trl"]
Said: TypeAlias = dict[str, str]
"""One message: ``role`` and ``content``."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Of two answers to one prompt the one that the user thought better."""

    prompt: tuple[tuple[str, str], ...]
    chosen: str
    rejected: str


def training_lines(
    database: Database, form: TrainingFormat, conversation_uid: str | None = None
) -> Iterator[str]:
    """Every example, a line each with its line break.

    Args:
        database: Where the conversations are.
        form: What the lines look like.
        conversation_uid: Only of this conversation; ``None`` for all that were not
            deleted.

    Raises:
        NotFoundError: There is no such conversation.
    """
    for conversation in _conversations(database, conversation_uid):
        for example in _EXAMPLES[form](database, conversation):
            yield json.dumps(example, ensure_ascii=False) + "\n"


def chat(conversation: Conversation) -> list[Said] | None:
    """The messages of a conversation's newest path; ``None`` if nothing was answered.

    Each question stands with the answer that the conversation went on from; the last
    with the one that comes next. A question without an answer is left out.
    """
    messages = [
        said
        for question, answer in _answered(conversation)
        for said in (_said("user", question), _said("assistant", answer))
    ]
    return messages or None


def preferences(
    conversation: Conversation, votes: Sequence[StoredVote]
) -> list[Preference]:
    """What was preferred to what: by votes, and by what the user went on from.

    Where these say the opposite the vote counts: nobody learns from both.

    Args:
        conversation: Along one path.
        votes: On its turns.
    """
    found: dict[Preference, None] = {}
    history: list[tuple[str, str]] = []
    for place, turn in enumerate(conversation.turns):
        prompt = (*history, ("user", turn.question.text))
        voted = list(_voted(turn, votes))
        went_on = _went_on(turn, _next(conversation, place))
        said = [pair for pair in went_on if pair[::-1] not in voted]
        for better, worse in voted + said:
            chosen, rejected = _text(turn, better), _text(turn, worse)
            if chosen and rejected and chosen != rejected:
                found[Preference(prompt, chosen, rejected)] = None
        if answer := _text(turn, _taken(turn, _next(conversation, place))):
            history += [("user", turn.question.text), ("assistant", answer)]
    return list(found)


def _answered(conversation: Conversation) -> Iterator[tuple[str, str]]:
    for place, turn in enumerate(conversation.turns):
        if answer := _text(turn, _taken(turn, _next(conversation, place))):
            yield turn.question.text, answer


def _next(conversation: Conversation, place: int) -> Turn | None:
    following = conversation.turns[place + 1 : place + 2]
    return following[0] if following else None


def _taken(turn: Turn, following: Turn | None) -> AnswerRef | None:
    """The answer that a turn counts with."""
    return turn.answer if following is None else following.origin


def _voted(
    turn: Turn, votes: Sequence[StoredVote]
) -> Iterator[tuple[AnswerRef, AnswerRef]]:
    for vote in votes:
        winner = vote.vote.winner
        if vote.turn_uid == turn.uid and winner is not None:
            best = vote.answers[winner]
            yield from ((best, each) for each in vote.answers if each != best)


def _went_on(
    turn: Turn, following: Turn | None
) -> Iterator[tuple[AnswerRef, AnswerRef]]:
    """An answer that was chosen, or gone on from, is better than the versions left."""
    taken = turn.chosen if following is None else following.origin
    if taken is None:
        return
    for version in turn.versions:
        if version.ref != taken:
            yield taken, version.ref


def _text(turn: Turn, answer: AnswerRef | None) -> str:
    """A finished answer of the turn; ``""`` if there is none, or it was simulated."""
    for run in turn.runs:
        if answer is not None and run.uid == answer.run_uid:
            seat = run.state.seat_at(answer.seat)
            real = seat.agent.endpoint != SIMULATED
            return seat.text if real and seat.status == "succeeded" else ""
    return ""


def _said(role: str, content: str) -> Said:
    return {"role": role, "content": content}


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


def _chats(_database: Database, conversation: Conversation) -> Iterator[Any]:
    if messages := chat(conversation):
        yield {"messages": messages}


def _pairs(database: Database, conversation: Conversation) -> list[Preference]:
    votes = Votes(database)
    of_turns = [vote for turn in conversation.turns for vote in votes.of_turn(turn.uid)]
    return preferences(conversation, of_turns)


def _preferred(database: Database, conversation: Conversation) -> Iterator[Any]:
    for pair in _pairs(database, conversation):
        yield {
            "input": {"messages": [_said(*each) for each in pair.prompt]},
            "preferred_output": [_said("assistant", pair.chosen)],
            "non_preferred_output": [_said("assistant", pair.rejected)],
        }


def _preferred_trl(database: Database, conversation: Conversation) -> Iterator[Any]:
    for pair in _pairs(database, conversation):
        yield {
            "prompt": [_said(*each) for each in pair.prompt],
            "chosen": [_said("assistant", pair.chosen)],
            "rejected": [_said("assistant", pair.rejected)],
        }


_EXAMPLES: Final[
    dict[TrainingFormat, Callable[[Database, Conversation], Iterator[Any]]]
] = {
    "chat": _chats,
    "preferences": _preferred,
    "preferences-trl": _preferred_trl,
}
