"""Makes hits out of matching rows, with snippets of the texts that matched."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.history.query import Words
from storage.history.results import (
    Hit,
    InAnswer,
    InProposal,
    InQuestion,
    InTitle,
    Match,
    Where,
)
from storage.history.rows import RowFound
from storage.history.snippets import highlight, snippet
from storage.schema import CallRow, CallTextRow, RunRow, TurnRow
from storage.values import moment

MOST_MATCHES = 3


def hits_of(
    session: Session, groups: Sequence[Sequence[RowFound]], words: Words
) -> tuple[Hit, ...]:
    """Make a hit of each group of rows, which are of one turn or one title."""
    chosen = [sorted(rows, key=_worth)[:MOST_MATCHES] for rows in groups]
    shown = [row for rows in chosen for row in rows]
    texts, versions = _texts(session, shown), _versions(session, shown)
    hits = []
    for rows, best in zip(groups, chosen, strict=True):
        matches = [
            Match(_where(row, versions), snippet(texts[_key(row)], words))
            if row.turn_id
            else Match(InTitle(), highlight(row.title, words))
            for row in best
        ]
        hits.append(_hit(rows, tuple(matches)))
    return tuple(hits)


def _hit(rows: Sequence[RowFound], matches: tuple[Match, ...]) -> Hit:
    first = rows[0]
    return Hit(
        conversation_uid=first.conversation_uid,
        title=first.title,
        kind=first.kind,
        archived=first.archived_at is not None,
        turn_uid=first.turn_uid,
        at=moment(first.at),
        matches=matches,
        more=len(rows) - len(matches),
    )


def _worth(row: RowFound) -> tuple[int, int]:
    """Questions first, then answers and proposals, the newest of each first."""
    order = (None, "aggregator", "proposer").index(row.role)
    return order, -row.id


def _key(row: RowFound) -> tuple[bool, int]:
    return row.role is None, row.id


def _texts(session: Session, rows: Sequence[RowFound]) -> dict[tuple[bool, int], str]:
    calls = [row.id for row in rows if row.role]
    turns = [row.id for row in rows if row.turn_id and not row.role]
    outputs = session.execute(
        select(CallTextRow.call_id, CallTextRow.output).where(
            CallTextRow.call_id.in_(calls)
        )
    )
    questions = session.execute(
        select(TurnRow.id, TurnRow.question).where(TurnRow.id.in_(turns))
    )
    return {(False, key): text for key, text in outputs} | {
        (True, key): text for key, text in questions
    }


def _versions(session: Session, rows: Sequence[RowFound]) -> Mapping[int, int]:
    """Which answer of its turn each whole answer is, from 1."""
    turns = {row.turn_id for row in rows if row.role == "aggregator"}
    answers = session.execute(
        select(RunRow.turn_id, CallRow.id)
        .join(CallRow, CallRow.run_id == RunRow.id)
        .where(
            RunRow.turn_id.in_(turns),
            CallRow.role == "aggregator",
            CallRow.status == "succeeded",
        )
        .order_by(CallRow.id)
    )
    of_turn: dict[int, list[int]] = defaultdict(list)
    for turn_id, call_id in answers:
        of_turn[turn_id].append(call_id)
    return {
        call_id: number
        for calls in of_turn.values()
        for number, call_id in enumerate(calls, 1)
    }


def _where(row: RowFound, versions: Mapping[int, int]) -> Where:
    if row.role is None:
        return InQuestion()
    if row.role == "aggregator":
        return InAnswer(row.model, versions.get(row.id))
    return InProposal(row.model, row.layer_index)
