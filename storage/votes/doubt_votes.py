"""Reads from votes how much doubt there was about one model's answer that was judged.

A vote counts that set what one model had said by itself against what a mixture made of
the same question: in a duel, or in "Did the mix help?". The second opinion is another
model's that had seen no other either, of another maker where there is one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.engine import VoteOnDoubt, doubt_about, kin
from moa_core.mixture import AgentSpec
from storage.schema import CallRow, CallTextRow, RunRow, TurnRow
from storage.votes.stored_votes import StoredVote

MOST_VOTES = 200
"""The newest so many are learnt from: what a user likes may change."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What one model said by itself."""

    run_uid: str
    seat: tuple[int, int]
    agent: AgentSpec
    text: str


def alone_against_mixture(vote: StoredVote) -> tuple[int, int] | None:
    """Which side one model wrote by itself, and which a mixture; ``None`` if not so."""
    if len(vote.answers) != 2 or vote.vote.verdict == "both_bad" or not vote.question:
        return None
    mixed = [bool(side.contestant.config.layers) for side in vote.vote.sides]
    return {(False, True): (0, 1), (True, False): (1, 0)}.get((mixed[0], mixed[1]))


def votes_on_doubt(
    session: Session, votes: Sequence[StoredVote]
) -> dict[str, VoteOnDoubt | None]:
    """What each of these votes says of doubt, by its uid; ``None`` for nothing."""
    sides = {vote.uid: alone_against_mixture(vote) for vote in votes}
    turns = {vote.turn_uid for vote in votes if sides[vote.uid]}
    said = _said_alone(session, turns)
    return {
        vote.uid: _on_doubt(vote, places, said.get(vote.turn_uid, ()))
        if (places := sides[vote.uid])
        else None
        for vote in votes
    }


def _on_doubt(
    vote: StoredVote, places: tuple[int, int], said: Sequence[_Said]
) -> VoteOnDoubt | None:
    alone, mixture = places
    ref = vote.answers[alone]
    place = (ref.seat.layer_index, ref.seat.position)
    judged = [
        each for each in said if (each.run_uid, each.seat) == (ref.run_uid, place)
    ]
    others = [each for each in said if each not in judged]
    if not judged or not others:
        return None
    own = kin(judged[0].agent)
    second = min(others, key=lambda each: not own.isdisjoint(kin(each.agent)))
    doubt = doubt_about(vote.question, judged[0].text, second.text).value
    winner = vote.vote.winner
    return VoteOnDoubt(doubt, None if winner is None else winner == mixture)


def _said_alone(
    session: Session, turn_uids: Collection[str]
) -> Mapping[str, Sequence[_Said]]:
    """What models said of these turns that had read nobody else's, oldest first."""
    rows = session.execute(
        select(
            TurnRow.uid,
            RunRow.uid.label("run_uid"),
            CallRow.layer_index,
            CallRow.position,
            CallRow.endpoint,
            CallRow.model_requested,
            CallTextRow.output,
        )
        .join(RunRow, RunRow.turn_id == TurnRow.id)
        .join(CallRow, CallRow.run_id == RunRow.id)
        .join(CallTextRow, CallTextRow.call_id == CallRow.id)
        .where(
            TurnRow.uid.in_(turn_uids),
            CallRow.status == "succeeded",
            (CallRow.layer_index == 0) | (CallRow.role == "provisional"),
            CallRow.role.in_(("proposer", "aggregator", "provisional")),
        )
        .order_by(CallRow.id)
    )
    said: dict[str, list[_Said]] = {}
    for row in rows:
        agent = AgentSpec(endpoint=row.endpoint, model=row.model_requested)
        seat = (row.layer_index, row.position)
        said.setdefault(row.uid, []).append(_Said(row.run_uid, seat, agent, row.output))
    return said
