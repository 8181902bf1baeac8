"""Stores votes on answers, undoes them, and loads them for the scoreboard."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from moa_core.engine import Threshold, VoteOnDoubt, learnt_threshold
from moa_core.votes import Verdict, VoteKind, check_verdict
from storage.database import Database
from storage.errors import NotFoundError
from storage.runs import AnswerRef, call_id_of
from storage.schema import TurnRow, VoteRow
from storage.values import ms_at, new_uid, now_ms
from storage.votes.cast_votes import calls_of, side_rows, undo_votes_on
from storage.votes.doubt_votes import MOST_VOTES, votes_on_doubt
from storage.votes.stored_votes import StoredVote, load_votes


class Votes:
    """The votes of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._on_doubt: dict[str, VoteOnDoubt | None] = {}

    def cast(
        self,
        turn_uid: str,
        kind: VoteKind,
        sides: Sequence[AnswerRef],
        verdict: Verdict,
        winner: int | None = None,
        *,
        blind: bool = False,
    ) -> str:
        """Keep a vote; an earlier one on the same answers is undone by it.

        Args:
            turn_uid: The question that was answered.
            kind: What is compared.
            sides: The answers as they stood on the page.
            verdict: What the user thought.
            winner: Index of the side that won, when one has.
            blind: Whether names and costs were hidden until now.

        Returns:
            The vote's uid, for ``undo``.

        Raises:
            ConfigError: It cannot be a vote, for example on an unfinished answer.
            NotFoundError: There is no such turn, or an answer is none of its answers.
        """
        check_verdict(len(sides), verdict, winner)
        with self._database.writing() as session:
            its_row = select(TurnRow).where(TurnRow.uid == turn_uid)
            # Until this transaction ends nobody else votes on it.
            if (turn := session.scalar(its_row.with_for_update())) is None:
                raise NotFoundError(f"question {turn_uid}")
            rows = side_rows(session, turn, sides)
            undo_votes_on(session, turn.id, kind, {row.call_id for row in rows})
            vote = VoteRow(
                uid=new_uid(),
                turn_id=turn.id,
                kind=kind,
                blind=blind,
                verdict=verdict,
                winner=winner,
                created_at=now_ms(),
            )
            session.add(vote)
            session.flush()
            for row in rows:
                row.vote_id = vote.id
            session.add_all(rows)
            return vote.uid

    def undo(self, uid: str) -> None:
        """Let a vote no longer count; ``redo`` brings it back.

        Raises:
            NotFoundError: There is no such vote.
        """
        with self._database.writing() as session:
            vote = _vote(session, uid)
            vote.undone_at = vote.undone_at or now_ms()

    def redo(self, uid: str) -> None:
        """Undo ``undo``, and with it a vote on the same answers that was cast since.

        Raises:
            NotFoundError: There is no such vote.
        """
        with self._database.writing() as session:
            vote = _vote(session, uid)
            undo_votes_on(session, vote.turn_id, vote.kind, calls_of(session, vote))
            vote.undone_at = None

    def all(
        self, since: datetime | None = None, kind: VoteKind | None = None
    ) -> list[StoredVote]:
        """Every vote that counts, the newest first.

        Args:
            since: Only those cast at this moment or later; it must know its time zone.
            kind: Only those of this kind.
        """
        wanted = []
        if since is not None:
            wanted.append(VoteRow.created_at >= ms_at(since))
        if kind is not None:
            wanted.append(VoteRow.kind == kind)
        return self._load(*wanted)

    def of_turn(self, turn_uid: str) -> list[StoredVote]:
        """The votes that count on the answers to one question, the newest first."""
        return self._load(TurnRow.uid == turn_uid)

    def threshold(self) -> Threshold:
        """From which doubt on Auto asks the others, as far as votes tell."""
        with self._database.reading() as session:
            newest = load_votes(session)[:MOST_VOTES]
            known = self._on_doubt
            new = [vote for vote in newest if vote.uid not in known]
            found = known | votes_on_doubt(session, new)
        self._on_doubt = {vote.uid: found[vote.uid] for vote in newest}
        return learnt_threshold([vote for vote in self._on_doubt.values() if vote])

    def judged(self, turn_uid: str, kind: VoteKind, sides: Sequence[AnswerRef]) -> bool:
        """Whether these answers were ever voted on, be it undone since.

        From then on it is known who wrote them: the next vote is not blind.
        """
        cast_there = (
            select(VoteRow)
            .join(TurnRow, TurnRow.id == VoteRow.turn_id)
            .where(TurnRow.uid == turn_uid, VoteRow.kind == kind)
        )
        with self._database.reading() as session:
            judged = {call_id_of(session, side) for side in sides}
            votes = session.scalars(cast_there).all()
            return any(calls_of(session, vote) == judged for vote in votes)

    def _load(self, *wanted: ColumnElement[bool]) -> list[StoredVote]:
        with self._database.reading() as session:
            return load_votes(session, *wanted)


def _vote(session: Session, uid: str) -> VoteRow:
    vote = session.scalar(select(VoteRow).where(VoteRow.uid == uid))
    if vote is None:
        raise NotFoundError(f"vote {uid}")
    return vote
