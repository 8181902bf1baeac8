"""Stores blind votes on pairs of answers, in the order in which they are offered."""

from dataclasses import dataclass
from typing import Final, Literal, cast

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from moa_core.experiments import Pair, Votes
from storage.database import Database, clock_ms
from storage.errors import NotFoundError
from storage.evaluation.stored_experiments import find_experiment
from storage.schema import BallotRow, TurnRow
from storage.values import new_uid

BallotVerdict = Literal["first", "second", "tie", "both_bad", "skipped"]

_TIED: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One vote.

    Attributes:
        item: The question.
        ours_first: Whether the mixture's answer was shown first.
    """

    uid: str
    item: str
    pair: Pair
    ours_first: bool
    verdict: BallotVerdict


class Ballots:
    """The blind votes of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cast(
        self, item: str, pair: Pair, verdict: BallotVerdict, *, ours_first: bool
    ) -> str:
        """Keep a vote; it takes the place of an earlier one on the same pair.

        Returns:
            Its uid, by which it can be undone.

        Raises:
            NotFoundError: The question was deleted.
        """
        row = BallotRow
        with self._database.writing() as session:
            turn_id = session.scalar(
                select(TurnRow.id).where(TurnRow.uid == item).with_for_update()
            )
            if turn_id is None:
                raise NotFoundError(f"question {item}")
            now = clock_ms(session)
            _undo(session, now, row.turn_id == turn_id, row.pair == pair)
            ballot = row(
                uid=new_uid(),
                turn_id=turn_id,
                pair=pair,
                ours_first=ours_first,
                verdict=verdict,
                created_at=now,
            )
            session.add(ballot)
            return ballot.uid

    def undo(self, uid: str) -> None:
        """Take a vote back; the pair is offered again. Twice changes nothing.

        Raises:
            NotFoundError: There is no such vote.
        """
        with self._database.writing() as session:
            if session.scalar(select(BallotRow.id).where(BallotRow.uid == uid)) is None:
                raise NotFoundError(f"vote {uid}")
            _undo(session, clock_ms(session), BallotRow.uid == uid)

    def of(self, experiment: str) -> list[Ballot]:
        """The votes that count, in the order in which they were cast.

        Raises:
            NotFoundError: There is no such experiment.
        """
        row = BallotRow
        with self._database.reading() as session:
            rows = session.execute(
                select(row, TurnRow.uid)
                .join(TurnRow, TurnRow.id == row.turn_id)
                .where(
                    TurnRow.conversation_id == find_experiment(session, experiment),
                    row.undone_at.is_(None),
                )
                .order_by(row.id)
            )
            return [
                Ballot(
                    uid=ballot.uid,
                    item=item,
                    pair=ballot.pair,
                    ours_first=ballot.ours_first,
                    verdict=cast(BallotVerdict, ballot.verdict),
                )
                for ballot, item in rows
            ]


def votes_of(ballots: list[Ballot]) -> Votes:
    """What ballots say for the mixture; "both bad" is a tie: mixing did not help."""
    counted: dict[tuple[str, Pair], float] = {}
    skipped: dict[Pair, int] = {}
    for ballot in ballots:
        if ballot.verdict == "skipped":
            skipped[ballot.pair] = skipped.get(ballot.pair, 0) + 1
        else:
            counted[ballot.item, ballot.pair] = _for_ours(ballot)
    return Votes(counted, skipped)


def _for_ours(ballot: Ballot) -> float:
    if ballot.verdict in ("tie", "both_bad"):
        return _TIED
    return float((ballot.verdict == "first") == ballot.ours_first)


def _undo(session: Session, now: int, *which: ColumnElement[bool]) -> None:
    counts = BallotRow.undone_at.is_(None)
    session.execute(update(BallotRow).where(*which, counts).values(undone_at=now))
