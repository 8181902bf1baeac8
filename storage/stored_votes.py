"""Votes as they are kept, loaded with all that the scoreboard needs, in two queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from moa_core.config import MoAConfig
from moa_core.presets import agent_from_dict
from moa_core.results import Seat
from moa_core.votes import FEWEST_SIDES, Contestant, Side, Verdict, Vote, VoteKind
from storage.answers import AnswerRef
from storage.configs import stored_config
from storage.money import cost
from storage.tables import CallRow, ConfigRow, ConversationRow, RunRow, TurnRow
from storage.times import moment
from storage.vote_tables import VoteRow, VoteSideRow

_Found: TypeAlias = Row[VoteRow, VoteSideRow, CallRow, str, TurnRow, ConversationRow]


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
    """Votes that were not undone, the newest first.

    Args:
        session: To read with.
        wanted: Conditions on the columns of votes, turns and conversations.
    """
    rows = session.execute(_LIVING.where(*wanted)).all()
    configs = _configs(session, {row[1].config_id for row in rows} - {None})
    votes = [list(sides) for _, sides in groupby(rows, key=lambda row: row[0].id)]
    return [_stored(sides, configs) for sides in votes if _whole(sides)]


_LIVING = (
    select(VoteRow, VoteSideRow, CallRow, RunRow.uid, TurnRow, ConversationRow)
    .join(VoteSideRow, VoteSideRow.vote_id == VoteRow.id)
    .join(CallRow, CallRow.id == VoteSideRow.call_id)
    .join(RunRow, RunRow.id == CallRow.run_id)
    .join(TurnRow, TurnRow.id == VoteRow.turn_id)
    .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
    .where(VoteRow.undone_at.is_(None))
    .order_by(VoteRow.created_at.desc(), VoteRow.id.desc(), VoteSideRow.position)
)


def _whole(sides: Sequence[_Found]) -> bool:
    """Whether every answer is still there; one may have been deleted for real."""
    last = max(FEWEST_SIDES - 1, sides[0][0].winner or 0)
    positions = [row[1].position for row in sides]
    return positions == list(range(len(sides))) and last < len(sides)


def _configs(session: Session, config_ids: set[Any]) -> dict[int | None, MoAConfig]:
    rows = session.execute(
        select(ConfigRow.id, ConfigRow.config).where(ConfigRow.id.in_(config_ids))
    )
    return {config_id: stored_config(config) for config_id, config in rows}


def _stored(
    sides: Sequence[_Found], configs: dict[int | None, MoAConfig]
) -> StoredVote:
    row, _, _, _, turn, talk = sides[0]
    return StoredVote(
        uid=row.uid,
        vote=Vote(
            kind=cast(VoteKind, row.kind),
            sides=tuple(_side(side, call, configs) for _, side, call, *_ in sides),
            verdict=cast(Verdict, row.verdict),
            winner=row.winner,
            blind=row.blind,
            at=moment(row.created_at),
        ),
        turn_uid=turn.uid,
        conversation_uid=talk.uid,
        question="" if talk.deleted_at else turn.question,
        answers=tuple(_answer(run_uid, call) for _, _, call, run_uid, *_ in sides),
    )


def _side(
    side: VoteSideRow, call: CallRow, configs: dict[int | None, MoAConfig]
) -> Side:
    paid = cost(side.cost_nusd, side.cost_unknown_calls)
    if (config := configs.get(side.config_id)) is not None:
        return Side(Contestant.mixture(config, side.preset_name), paid)
    whom = {"endpoint": call.endpoint, "model": call.model_requested, **call.params}
    return Side(Contestant.alone(agent_from_dict(whom), call.layer_index), paid)


def _answer(run_uid: str, call: CallRow) -> AnswerRef:
    return AnswerRef(run_uid, Seat(call.layer_index, call.position))
