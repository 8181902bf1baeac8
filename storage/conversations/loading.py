"""Turns as pages draw them: a question, all its runs, and where it stands."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from moa_core.messages import Message, Question
from moa_core.mixture import Seat
from storage.conversations.files import OF_TURNS, files_of
from storage.conversations.origins import Answers, given_before
from storage.conversations.turns import TurnTree
from storage.runs import AnswerRef, StoredRun, load_runs, refs_of
from storage.schema import RunRow, TurnRow, table_of
from storage.values import moment


@dataclass(frozen=True, slots=True)
class Version:
    """One of the syntheses of a turn.

    Attributes:
        number: From 1, in the order in which they were written.
        run: The run that wrote it; its state has the proposals that were read.
        seat: The aggregator that wrote it.
    """

    number: int
    run: StoredRun
    seat: Seat

    @property
    def ref(self) -> AnswerRef:
        """Names it."""
        return AnswerRef(self.run.uid, self.seat)

    @property
    def text(self) -> str:
        """What it says."""
        return self.run.state.seat_at(self.seat).text


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question and everything that answered it.

    Attributes:
        runs: All of them, oldest first: the run that was asked for, and its reworks.
        parent: Uid of the turn that it follows; ``None`` if it opens the conversation.
        siblings: Uids of the turns that follow the same one, itself included, oldest
            first: other wordings of the question, or branches.
        children: Uids of the turns that follow it, oldest first.
        origin: The answer of the turn before it that it went on from.
        chosen: The answer that the user chose to go on from.
        given: What a program sent between the question before, or the beginning, and
            this one; ``None`` if that is ``origin``, or nothing.
        answer: What the next turn goes on from: the chosen answer, else the newest
            synthesis, else one that was stopped; ``None`` if there is none or it is
            left out, and the next turn will not see it.
    """

    uid: str
    question: Question
    created_at: datetime
    runs: tuple[StoredRun, ...]
    parent: str | None = None
    siblings: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    origin: AnswerRef | None = None
    chosen: AnswerRef | None = None
    answer: AnswerRef | None = None
    given: tuple[Message, ...] | None = None

    @property
    def run(self) -> StoredRun | None:
        """Its latest run; that one's state shows everything as it stands now."""
        return self.runs[-1] if self.runs else None

    def text_of(self, answer: AnswerRef | None) -> str | None:
        """What one of its answers says; ``None`` for none, or one of another turn."""
        texts = (
            run.state.seat_at(answer.seat).text
            for run in self.runs
            if answer and run.uid == answer.run_uid
        )
        return next(texts, None)

    @property
    def versions(self) -> tuple[Version, ...]:
        """Its syntheses, oldest first."""
        answers = [(run, run.answer) for run in self.runs]
        written = [(run, answer.seat) for run, answer in answers if answer]
        return tuple(
            Version(number, run, seat) for number, (run, seat) in enumerate(written, 1)
        )


# Built once: building a statement takes longer than running it.
_TURNS, _RUNS = table_of(TurnRow), table_of(RunRow)
_PATH = (
    select(_TURNS)
    .where(_TURNS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_TURNS.c.seq)
)
_TURN_OF_RUN = (
    select(_RUNS.c.id, _RUNS.c.turn_id)
    .where(_RUNS.c.conversation_id == bindparam("conversation_id"))
    .order_by(_RUNS.c.id)
)


def load_path(
    session: Session, conversation_id: int, through: str | None, *, ends: bool
) -> tuple[Turn, ...]:
    """The turns from a conversation's beginning through one, as ``Conversations.load``.

    Raises:
        NotFoundError: There is no such turn in the conversation.
    """
    tree = TurnTree(session, conversation_id)
    last = tree.newest if through is None else tree.find(through)
    if last is not None and not ends:
        last = tree.newest_below(last)
    path = tree.path_to(last)
    rows = [cast(TurnRow, row) for row in session.execute(_PATH, {"ids": path})]
    runs = _runs(session, conversation_id, path)
    answers = Answers(session, conversation_id)
    marks = {row.id: _marks(row, answers) for row in rows}
    marked = {call_id for each in marks.values() for call_id in each.values()}
    given = given_before(session, path)
    files = files_of(session, OF_TURNS, path)
    refs = refs_of(session, {call_id for call_id in marked if call_id is not None})
    return tuple(
        Turn(
            uid=row.uid,
            question=Question(row.question, files.get(row.id, ())),
            created_at=moment(row.created_at),
            runs=tuple(runs[row.id]),
            parent=None if row.parent_id is None else tree.uid(row.parent_id),
            siblings=tuple(map(tree.uid, tree.siblings(row.id))),
            children=tuple(map(tree.uid, tree.children(row.id))),
            given=given.get(row.id),
            **{
                mark: None if call_id is None else refs.get(call_id)
                for mark, call_id in marks[row.id].items()
            },
        )
        for row in rows
    )


def _marks(row: TurnRow, answers: Answers) -> dict[str, int | None]:
    """The answers that a turn points at, by the ids of their calls."""
    follows = row.parent_id
    return {
        "origin": None if follows is None else answers.origin(row.id, follows),
        "chosen": answers.chosen.get(row.id),
        "answer": answers.of_turn(row.id),
    }


def _runs(
    session: Session, conversation_id: int, turn_ids: Sequence[int]
) -> dict[int, list[StoredRun]]:
    """All runs of these turns, oldest first."""
    wanted = set(turn_ids)
    rows = session.execute(_TURN_OF_RUN, {"conversation_id": conversation_id})
    turn_of = {run_id: turn_id for run_id, turn_id in rows if turn_id in wanted}
    loaded = load_runs(session, turn_of)
    runs: dict[int, list[StoredRun]] = defaultdict(list)
    for run_id, turn_id in turn_of.items():
        runs[turn_id].append(loaded[run_id])
    return runs
