"""Loads votes in few queries, with all that the scoreboard needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from moa_core.mixture import AgentSpec, Seat
from moa_core.votes import FEWEST_SIDES, Contestant, Side, Vote
from storage.presets import stored_agent, stored_config
from storage.runs import AnswerRef
from storage.schema import (
    CallRow,
    ConfigRow,
    ConversationRow,
    RunRow,
    TurnRow,
    VoteRow,
    VoteSideRow,
)
from storage.values import cost, moment

_Side: TypeAlias = Row[*tuple[Any, ...]]
"""A side and its vote; see ``_LIVING`` for the columns."""
_Key: TypeAlias = tuple[int | None, int | str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVote:
    """A vote that counts, and where it was cast.

    Attributes:
        question: What was asked; ``""`` if its conversation was deleted.
        answers: What was judged, side by side as in ``vote.sides``.
    """

    uid: str
    vote: Vote
    turn_uid: str
    conversation_uid: str
    question: str
    answers: tuple[AnswerRef, ...]


def load_votes(session: Session, *wanted: ColumnElement[bool]) -> list[StoredVote]:
    """Votes that were not undone, newest first; ``wanted`` is of votes and turns."""
    rows = session.execute(_LIVING.where(*wanted)).all()
    contestants = _contestants(session, rows)
    votes = [list(sides) for _, sides in groupby(rows, key=lambda row: row.uid)]
    return [_stored(sides, contestants) for sides in votes if _is_whole(sides)]


_LIVING = (
    select(
        VoteRow.uid,
        VoteRow.kind,
        VoteRow.verdict,
        VoteRow.winner,
        VoteRow.blind,
        VoteRow.created_at,
        VoteSideRow.position,
        VoteSideRow.call_id,
        VoteSideRow.config_id,
        VoteSideRow.preset_name,
        VoteSideRow.cost_nusd,
        VoteSideRow.cost_unknown_calls,
        CallRow.role,
        CallRow.layer_index,
        CallRow.position.label("seat_position"),
        RunRow.uid.label("run_uid"),
        TurnRow.uid.label("turn_uid"),
        TurnRow.question,
        ConversationRow.uid.label("conversation_uid"),
        ConversationRow.deleted_at,
    )
    .join(VoteSideRow, VoteSideRow.vote_id == VoteRow.id)
    .join(CallRow, CallRow.id == VoteSideRow.call_id)
    .join(RunRow, RunRow.id == CallRow.run_id)
    .join(TurnRow, TurnRow.id == VoteRow.turn_id)
    .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
    .where(VoteRow.undone_at.is_(None))
    .order_by(VoteRow.created_at.desc(), VoteRow.id.desc(), VoteSideRow.position)
)

_SINGLE_PROPOSALS = select(
    CallRow.id, CallRow.endpoint, CallRow.model_requested, CallRow.params
).where(
    CallRow.id.in_(select(VoteSideRow.call_id).where(VoteSideRow.config_id.is_(None)))
)


def _is_whole(sides: Sequence[_Side]) -> bool:
    """Whether every answer is still there; one may have been deleted for real."""
    last = max(FEWEST_SIDES - 1, sides[0].winner or 0)
    positions = [side.position for side in sides]
    return positions == list(range(len(sides))) and last < len(sides)


def _stored(
    sides: Sequence[_Side], contestants: Mapping[_Key, Contestant]
) -> StoredVote:
    row = sides[0]
    return StoredVote(
        uid=row.uid,
        vote=Vote(
            kind=row.kind,
            sides=tuple(
                Side(
                    contestants[_key(side)],
                    cost(side.cost_nusd, side.cost_unknown_calls),
                )
                for side in sides
            ),
            verdict=row.verdict,
            winner=row.winner,
            blind=row.blind,
            at=moment(row.created_at),
        ),
        turn_uid=row.turn_uid,
        conversation_uid=row.conversation_uid,
        question="" if row.deleted_at else row.question,
        answers=tuple(
            AnswerRef(side.run_uid, Seat(side.layer_index, side.seat_position))
            for side in sides
        ),
    )


def _contestants(session: Session, rows: Sequence[_Side]) -> dict[_Key, Contestant]:
    """Who wrote the answers of some votes; each is made out once."""
    ids = {row.config_id for row in rows} - {None}
    stored = select(ConfigRow.id, ConfigRow.config).where(ConfigRow.id.in_(ids))
    configs = {row.id: stored_config(row.config) for row in session.execute(stored)}
    agents: dict[int, AgentSpec] = {}
    if any(row.config_id is None for row in rows):
        for row in session.execute(_SINGLE_PROPOSALS):
            agents[row.id] = stored_agent(row.endpoint, row.model_requested, row.params)
    contestants: dict[_Key, Contestant] = {}
    for key, side in {_key(row): row for row in rows}.items():
        if side.config_id is not None:
            mixture = configs[side.config_id]
            contestants[key] = Contestant.mixture(mixture, side.preset_name)
        else:  # a provisional answer has read nothing
            layer = 0 if side.role == "provisional" else int(side.layer_index)
            contestants[key] = Contestant.alone(agents[side.call_id], layer)
    return contestants


def _key(side: _Side) -> _Key:
    """Equal for sides that the same contestant wrote."""
    if side.config_id is None:
        return None, side.call_id
    return side.config_id, side.preset_name
