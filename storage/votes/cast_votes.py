"""A vote as rows: which call wrote each side, and as exactly what mixture."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.mixture import Layer, MoAConfig, Seat
from storage.errors import NotFoundError
from storage.presets import config_id, stored_config
from storage.runs import AnswerRef, call_id_of, is_answer
from storage.schema import (
    CallRow,
    ConfigRow,
    RunInputRow,
    RunRow,
    TurnRow,
    VoteRow,
    VoteSideRow,
)
from storage.values import nano_usd, now_ms
from storage.votes.answer_costs import cost_of_answer


def side_rows(
    session: Session, turn: TurnRow, answers: Sequence[AnswerRef]
) -> list[VoteSideRow]:
    """The sides of a vote on these answers, in their order.

    Raises:
        ConfigError: One of them is no finished answer, or stands there twice.
        NotFoundError: One of them does not belong to the turn.
    """
    sides = [_side(session, turn, answer) for answer in answers]
    if len({side.call_id for side in sides}) < len(sides):
        raise ConfigError("An answer cannot be judged against itself.")
    for position, side in enumerate(sides):
        side.position = position
    return sides


def undo_votes_on(
    session: Session, turn_id: int, kind: str, call_ids: Collection[int]
) -> None:
    """Undo what votes there are on exactly these answers, wherever they stood."""
    living = (
        VoteRow.turn_id == turn_id,
        VoteRow.kind == kind,
        VoteRow.undone_at.is_(None),
    )
    for vote in session.scalars(select(VoteRow).where(*living)).all():
        if calls_of(session, vote) == set(call_ids):
            vote.undone_at = now_ms()


def calls_of(session: Session, vote: VoteRow) -> set[int]:
    """The calls whose texts a vote is about."""
    its_sides = select(VoteSideRow.call_id).where(VoteSideRow.vote_id == vote.id)
    return set(session.scalars(its_sides))


def _side(session: Session, turn: TurnRow, answer: AnswerRef) -> VoteSideRow:
    call = session.get_one(CallRow, call_id_of(session, answer))
    run = session.get_one(RunRow, call.run_id)  # the one that asked for it
    if run.turn_id != turn.id:
        raise NotFoundError("answer to this question")
    if call.status != "succeeded":
        raise ConfigError("Only a finished answer can be judged.")
    mixture_id, preset_name = _mixture(session, run, call)
    paid = cost_of_answer(session, answer)
    return VoteSideRow(
        call_id=call.id,
        config_id=mixture_id,
        preset_name=preset_name,
        cost_nusd=nano_usd(paid.usd),
        cost_unknown_calls=paid.unknown_calls,
    )


def _mixture(
    session: Session, run: RunRow, call: CallRow
) -> tuple[int | None, str | None]:
    """The row and the name of the mixture that wrote an answer, if it was one.

    A provisional answer is the mixture's where it is the answer of its run; where the
    mixture has written another, it is what one model says alone.
    """
    if not is_answer(session, call.id):
        return None, None
    unread = _unread(session, run)
    if not unread:
        return run.config_id, run.preset_name
    whole = stored_config(session.get_one(ConfigRow, run.config_id).config)
    return config_id(session, without(whole, unread)), None


def _unread(session: Session, run: RunRow) -> set[Seat]:
    """Seats whose proposals were kept from those whom the run asked."""
    its_layers = select(CallRow.layer_index).where(CallRow.run_id == run.id).distinct()
    asked_layers = set(session.scalars(its_layers))
    unticked = session.execute(
        select(RunInputRow.layer_index, RunInputRow.position).where(
            RunInputRow.run_id == run.id, RunInputRow.ticked.is_(False)
        )
    )
    return {
        Seat(layer_index, position)
        for layer_index, position in unticked
        if layer_index + 1 in asked_layers
    }


def without(config: MoAConfig, seats: Collection[Seat]) -> MoAConfig:
    """The mixture that answers when the proposals of ``seats`` are left out.

    Where nothing of a layer was read, nothing before it mattered.
    """
    layers: list[Layer] = []
    for index, layer in enumerate(config.layers):
        proposers = tuple(
            agent
            for position, agent in enumerate(layer.proposers)
            if Seat(index, position) not in seats
        )
        layers = [*layers, Layer(proposers)] if proposers else []
    return replace(config, layers=tuple(layers))
