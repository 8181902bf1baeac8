"""Resolves which answer each turn continues from."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, cast

from sqlalchemy import BindParameter, bindparam, func, select, update
from sqlalchemy.orm import Session

from moa_core.messages import Message, MessageRole, Question, conversation_messages
from storage.conversations.files import OF_TURNS, files_of
from storage.conversations.turns import TurnTree
from storage.runs import ANSWERING_ROLES, IS_ANSWER
from storage.schema import (
    ApiTurnRow,
    CallRow,
    CallTextRow,
    ExperimentItemRow,
    RunRow,
    TurnRow,
    table_of,
)

STOPPED: Final = ("stopped", "interrupted")
"""How a call ends whose text nobody waited for; some of it can be continued from."""

# Built once: building a statement takes longer than running it.
_ITS_ID: Final[BindParameter[Any]] = bindparam("conversation_id")
_TURNS, _RUNS, _TEXTS = table_of(TurnRow), table_of(RunRow), table_of(CallTextRow)
_CALLS = table_of(CallRow)
_CHOICES = select(
    _TURNS.c.id,
    _TURNS.c.chosen_call_id,
    _TURNS.c.origin_call_id,
    _TURNS.c.answer_left_out,
).where(_TURNS.c.conversation_id == _ITS_ID)
_FIRST_RUNS = (
    select(_RUNS.c.turn_id, func.min(_RUNS.c.id))
    .where(_RUNS.c.conversation_id == _ITS_ID)
    .group_by(_RUNS.c.turn_id)
)
_SYNTHESES = (
    select(_RUNS.c.turn_id, _RUNS.c.id, _CALLS.c.id)
    .join(_CALLS, _CALLS.c.run_id == _RUNS.c.id)
    .where(_RUNS.c.conversation_id == _ITS_ID, IS_ANSWER)
    .order_by(_RUNS.c.id)
)
_STOPPED_WITH_TEXT = (
    select(_RUNS.c.turn_id, _CALLS.c.id)
    .join(_CALLS, _CALLS.c.run_id == _RUNS.c.id)
    .join(_TEXTS, _TEXTS.c.call_id == _CALLS.c.id)
    .where(
        _RUNS.c.conversation_id == _ITS_ID,
        _RUNS.c.status != "running",
        _CALLS.c.role.in_(ANSWERING_ROLES),
        _CALLS.c.status.in_(STOPPED),
        _CALLS.c.retry_wait_ms.is_(None),
        func.trim(_TEXTS.c.output) != "",
    )
    .order_by(_RUNS.c.id, _CALLS.c.position)
)
_QUESTIONS = select(_TURNS.c.id, _TURNS.c.question).where(
    _TURNS.c.id.in_(bindparam("turn_ids", expanding=True))
)
_ANSWERS = select(_TEXTS.c.call_id, _TEXTS.c.output).where(
    _TEXTS.c.call_id.in_(bindparam("call_ids", expanding=True))
)
_CHOSEN = bindparam("chosen_id", type_=_TURNS.c.chosen_call_id.type)
_LEFT_OUT = bindparam("is_out", type_=_TURNS.c.answer_left_out.type)
_CHOOSE = (
    update(_TURNS)
    .where(
        _TURNS.c.id == bindparam("its_id"),
        _TURNS.c.chosen_call_id.is_distinct_from(_CHOSEN)
        | (_TURNS.c.answer_left_out != _LEFT_OUT),
    )
    .values(chosen_call_id=_CHOSEN, answer_left_out=_LEFT_OUT)
)


class Answers:
    """The answers of a conversation's turns, by the ids of turns and calls.

    Attributes:
        chosen: What the user chose to go on from.
    """

    def __init__(self, session: Session, conversation_id: int) -> None:
        its_id = {"conversation_id": conversation_id}
        turns = session.execute(_CHOICES, its_id).all()
        self.chosen: dict[int, int] = {
            turn: chosen for turn, chosen, _, _ in turns if chosen is not None
        }
        self._origins: dict[int, int] = {
            turn: origin for turn, _, origin, _ in turns if origin is not None
        }
        self._left_out = {turn for turn, _, _, left_out in turns if left_out}
        self._first_runs = dict(session.execute(_FIRST_RUNS, its_id).all())
        self._syntheses: dict[int, list[tuple[int, int]]] = {}
        for turn_id, run_id, call_id in session.execute(_SYNTHESES, its_id):
            self._syntheses.setdefault(turn_id, []).append((run_id, call_id))
        # by turn, the newest synthesis that was stopped when it had some text
        self._stopped = dict(session.execute(_STOPPED_WITH_TEXT, its_id).all())

    def of_turn(self, turn_id: int) -> int | None:
        """What the next turn goes on from: the chosen one, else the newest synthesis.

        Where there is no whole one, it is what was written of the newest that was
        stopped. ``None`` if the turn has no answer, or it is left out: then the next
        one does not see it at all.
        """
        if turn_id in self.chosen:
            return self.chosen[turn_id]
        if syntheses := self._syntheses.get(turn_id):
            return syntheses[-1][1]
        return None if turn_id in self._left_out else self._stopped.get(turn_id)

    def origin(self, turn_id: int, parent_id: int) -> int | None:
        """What ``turn_id`` went on from.

        Where that was not kept, it is the newest synthesis that its parent had then:
        later ones come from later runs.
        """
        if turn_id in self._origins:
            return self._origins[turn_id]
        first_run = self._first_runs.get(turn_id)
        before = [
            call_id
            for run_id, call_id in self._syntheses.get(parent_id, [])
            if first_run is None or run_id < first_run
        ]
        return before[-1] if before else None


def messages_after(
    session: Session, answers: Answers, path: Sequence[int], question: Question
) -> tuple[Message, ...]:
    """What layer 1 sees if ``question`` is asked at the end of ``path`` now."""
    read = [answers.origin(child, parent) for parent, child in pairwise(path)]
    if path:
        read.append(answers.of_turn(path[-1]))
    return conversation_messages(_history(session, path, read), question)


def messages_of_turn(session: Session, turn: TurnRow) -> tuple[Message, ...]:
    """What layer 1 saw when this turn was asked; every run of it sees the same.

    A question of an experiment is asked with the conversation of the one it repeats,
    one of a program with what the program had sent before it.
    """
    item = session.get(ExperimentItemRow, turn.id)
    if item and item.source_turn_id is not None:
        turn = session.get_one(TurnRow, item.source_turn_id)
    path = TurnTree(session, turn.conversation_id).path_to(turn.id)
    answers = Answers(session, turn.conversation_id)
    read = [answers.origin(child, parent) for parent, child in pairwise(path)]
    history = _history(session, path[:-1], read)
    question, given = question_of(session, turn), given_before(session, path)
    if not given:
        return conversation_messages(history, question)
    messages = list(given.get(path[0], ()))
    for (earlier, answer), follower in zip(history, path[1:], strict=True):
        if follower in given:
            messages += [earlier.message, *given[follower]]
        elif answer is not None:
            messages += [earlier.message, Message.from_text("assistant", answer)]
    return (*messages, question.message)


def question_of(session: Session, turn: TurnRow) -> Question:
    """The question of a turn, with its files."""
    files = files_of(session, OF_TURNS, [turn.id])
    return Question(turn.question, files.get(turn.id, ()))


def given_before(
    session: Session, turn_ids: Sequence[int]
) -> dict[int, tuple[Message, ...]]:
    """What programs sent before their questions that no turn has, by the turn's id."""
    rows = session.execute(
        select(ApiTurnRow.turn_id, ApiTurnRow.given).where(
            ApiTurnRow.turn_id.in_(turn_ids), ApiTurnRow.given.is_not(None)
        )
    )
    return {
        turn_id: tuple(
            Message.from_text(cast(MessageRole, each["role"]), each["text"])
            for each in given or ()
        )
        for turn_id, given in rows
    }


def _history(
    session: Session, path: Sequence[int], read: Sequence[int | None]
) -> list[tuple[Question, str | None]]:
    """The questions of ``path``, and of each the answer ``read``."""
    asked = session.execute(_QUESTIONS, {"turn_ids": list(path)})
    files = files_of(session, OF_TURNS, path)
    questions = {id_: Question(text, files.get(id_, ())) for id_, text in asked}
    call_ids = [call_id for call_id in read if call_id is not None]
    texts = dict(session.execute(_ANSWERS, {"call_ids": call_ids}).all())
    return [
        (questions[turn_id], None if call_id is None else texts.get(call_id))
        for turn_id, call_id in zip(path, read, strict=True)
    ]


def set_chosen_answer(
    session: Session, turn_id: int, call_id: int | None, *, left_out: bool = False
) -> None:
    """Let the next turn go on from this answer of a turn.

    Args:
        session: Writing.
        turn_id: The turn.
        call_id: The answer; ``None`` for what it is without a choice.
        left_out: Whether that is not to be one that was stopped.
    """
    session.execute(
        _CHOOSE, {"its_id": turn_id, "chosen_id": call_id, "is_out": left_out}
    )
