"""Makes hits out of matching rows, with snippets of the texts that matched."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.history.file_names import names_of_files
from storage.history.query import Words
from storage.history.results import (
    Hit,
    InAnswer,
    InProposal,
    InQuestion,
    InTitle,
    Match,
)
from storage.history.rows import RowFound
from storage.history.snippets import highlight, snippet
from storage.runs import ANSWERING_ROLES, IS_ANSWER
from storage.schema import CallRow, CallTextRow, RunRow, TurnRow
from storage.values import moment

MOST_MATCHES = 3


def hits_of(
    session: Session, groups: Sequence[Sequence[RowFound]], words: Words
) -> tuple[Hit, ...]:
    """Make a hit of each group of rows, which are of one turn or one title."""
    # Questions first, then answers and proposals, the newest of each first.
    ranks = {None: 0, "proposer": 2} | dict.fromkeys(ANSWERING_ROLES, 1)
    best = [
        sorted(rows, key=lambda row: (ranks[row.role], -row.id))[:MOST_MATCHES]
        for rows in groups
    ]
    shown = [row for rows in best for row in rows]
    calls, questions = _texts(session, shown)
    versions = _versions(session, shown)

    def match(row: RowFound) -> Match:
        if not row.turn_id:
            return Match(InTitle(), highlight(row.title, words))
        if row.role is None:
            return Match(InQuestion(), snippet(questions[row.id], words))
        pieces = snippet(calls[row.id], words)
        if row.role in ANSWERING_ROLES:
            return Match(InAnswer(row.model, versions.get(row.id)), pieces)
        return Match(InProposal(row.model, row.layer_index), pieces)

    return tuple(
        Hit(
            conversation_uid=rows[0].conversation_uid,
            title=rows[0].title,
            kind=rows[0].kind,
            archived=rows[0].archived_at is not None,
            turn_uid=rows[0].turn_uid,
            at=moment(rows[0].at),
            matches=tuple(match(row) for row in shown_rows),
            more=len(rows) - len(shown_rows),
        )
        for rows, shown_rows in zip(groups, best, strict=True)
    )


def _texts(
    session: Session, rows: Sequence[RowFound]
) -> tuple[dict[int, str], dict[int, str]]:
    """The texts of calls and of questions, with names of files, by their ids."""
    call_ids = [row.id for row in rows if row.role]
    turn_ids = [row.id for row in rows if row.turn_id and not row.role]
    text = CallTextRow
    outputs = session.execute(
        select(text.call_id, text.output).where(text.call_id.in_(call_ids))
    )
    questions = session.execute(
        select(TurnRow.id, TurnRow.question).where(TurnRow.id.in_(turn_ids))
    )
    names = names_of_files(session, turn_ids)
    asked = {
        turn_id: f"{question}\n{names[turn_id]}" if turn_id in names else question
        for turn_id, question in questions
    }
    return dict(outputs.all()), asked


def _versions(session: Session, rows: Sequence[RowFound]) -> Mapping[int, int]:
    """Which answer of its turn each whole answer is, from 1."""
    turns = {row.turn_id for row in rows if row.role in ANSWERING_ROLES}
    number = func.row_number().over(partition_by=RunRow.turn_id, order_by=CallRow.id)
    answers = session.execute(
        select(CallRow.id, number)
        .join(RunRow, RunRow.id == CallRow.run_id)
        .where(RunRow.turn_id.in_(turns), IS_ANSWER)
    )
    return dict(answers.all())
