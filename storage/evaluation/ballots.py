"""Stores blind votes on pairs of answers, in the order in which they are offered."""

from dataclasses import dataclass
from typing import Final, Literal, cast

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from moa_core.experiments import Pair, Votes
from storage.database import Database, clock_ms
from storage.errors import NotFoundError, RevealedError
from storage.evaluation.stored_experiments import find_experiment
from storage.schema import BallotRow, ExperimentItemRow, TurnRow
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


@dataclass(frozen=True, slots=True)
class BallotSteps:
    """What can be done with the votes of an experiment next.

    Attributes:
        undo: The vote that was cast last; ``None`` if there is none, or if it was shown
            since who wrote what.
        redo: The vote that was undone last; ``None`` if another was cast since.
    """

    undo: str | None
    redo: str | None


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
            RevealedError: It was shown who wrote its answers.
        """
        row = BallotRow
        with self._database.writing() as session:
            turn_id = _locked(session, item)
            _refuse_if_revealed(session, turn_id)
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
            RevealedError: It was shown who wrote the answers, so it stays.
        """
        with self._database.writing() as session:
            ballot = _find(session, uid)
            _refuse_if_revealed(session, ballot.turn_id)
            _undo(session, clock_ms(session), BallotRow.uid == uid)

    def redo(self, uid: str) -> None:
        """Let a vote that was undone count again. Twice changes nothing.

        Raises:
            NotFoundError: There is no such vote.
            RevealedError: It was shown meanwhile who wrote the answers.
        """
        row = BallotRow
        with self._database.writing() as session:
            ballot = _find(session, uid)
            _refuse_if_revealed(session, ballot.turn_id)
            its = (row.turn_id == ballot.turn_id, row.pair == ballot.pair)
            _undo(session, clock_ms(session), *its, row.id != ballot.id)
            session.execute(update(row).where(row.uid == uid).values(undone_at=None))

    def reveal(self, item: str) -> None:
        """Keep that it is shown who wrote the answers to a question.

        Raises:
            NotFoundError: The question was deleted.
        """
        row = ExperimentItemRow
        with self._database.writing() as session:
            session.execute(
                update(row)
                .where(row.turn_id == _locked(session, item), row.revealed_at.is_(None))
                .values(revealed_at=clock_ms(session))
            )

    def steps(self, experiment: str) -> BallotSteps:
        """Which vote can be undone, and which be done again.

        Raises:
            NotFoundError: There is no such experiment.
        """
        row, item = BallotRow, ExperimentItemRow
        with self._database.reading() as session:
            experiment_id = find_experiment(session, experiment)
            its = (
                select(row.uid, item.revealed_at)
                .join(TurnRow, TurnRow.id == row.turn_id)
                .join(item, item.turn_id == row.turn_id)
                .where(TurnRow.conversation_id == experiment_id)
            )
            cast_last = session.execute(
                its.where(row.undone_at.is_(None)).order_by(row.id.desc()).limit(1)
            ).one_or_none()
            undone_last = session.execute(
                its.where(_nothing_since(experiment_id), ~_stands_now())
                .order_by(row.undone_at.desc(), row.id.desc())
                .limit(1)
            ).one_or_none()
        undo, redo = (
            each.uid if each and each.revealed_at is None else None
            for each in (cast_last, undone_last)
        )
        return BallotSteps(undo, redo)

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


def _locked(session: Session, item: str) -> int:
    """The row of a question, which nobody else changes meanwhile."""
    turn_id = session.scalar(
        select(TurnRow.id).where(TurnRow.uid == item).with_for_update()
    )
    if turn_id is None:
        raise NotFoundError(f"question {item}")
    return turn_id


def _find(session: Session, uid: str) -> BallotRow:
    ballot = session.scalar(select(BallotRow).where(BallotRow.uid == uid))
    if ballot is None:
        raise NotFoundError(f"vote {uid}")
    return ballot


def _refuse_if_revealed(session: Session, turn_id: int) -> None:
    row = ExperimentItemRow
    its = row.turn_id == turn_id
    if session.scalar(select(row.revealed_at).where(its)) is not None:
        raise RevealedError("question")


def _nothing_since(experiment_id: int) -> ColumnElement[bool]:
    """Whether a vote was undone, and no other was cast since."""
    newest = (
        select(func.max(BallotRow.created_at))
        .join(TurnRow, TurnRow.id == BallotRow.turn_id)
        .where(TurnRow.conversation_id == experiment_id)
        .scalar_subquery()
    )
    return BallotRow.undone_at >= newest


def _stands_now() -> ColumnElement[bool]:
    """Whether another vote on the same pair counts."""
    other = aliased(BallotRow)
    return exists().where(
        other.turn_id == BallotRow.turn_id,
        other.pair == BallotRow.pair,
        other.undone_at.is_(None),
    )


def _undo(session: Session, now: int, *which: ColumnElement[bool]) -> None:
    counts = BallotRow.undone_at.is_(None)
    session.execute(update(BallotRow).where(*which, counts).values(undone_at=now))
