"""Names answers by their run and seat, and finds their calls."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.mixture import Seat
from storage.errors import NotFoundError
from storage.schema import CallRow, RunInputRow, RunRow


@dataclass(frozen=True, slots=True)
class AnswerRef:
    """One call's text, as it stands at a seat of a run.

    A text that was given to later runs has several; what is read from the database
    names the run that asked for it.
    """

    run_uid: str
    seat: Seat


def call_id_of(session: Session, ref: AnswerRef) -> int:
    """The row of the call that ``ref`` means: the seat's last attempt, or its input.

    Raises:
        NotFoundError: No call sits there.
    """
    its_run = select(RunRow.id).where(RunRow.uid == ref.run_uid).scalar_subquery()
    its_seat = {"layer_index": ref.seat.layer_index, "position": ref.seat.position}
    own = (
        select(CallRow.id)
        .where(CallRow.run_id == its_run)
        .filter_by(**its_seat)
        .order_by(CallRow.attempt.desc())
        .limit(1)
    )
    given = (
        select(RunInputRow.call_id)
        .where(RunInputRow.run_id == its_run)
        .filter_by(**its_seat)
    )
    call_id = session.scalar(own) or session.scalar(given)
    if call_id is None:
        raise NotFoundError(f"answer in run {ref.run_uid}")
    return call_id


def refs_of(session: Session, call_ids: Collection[int]) -> dict[int, AnswerRef]:
    """The answers that these calls gave, each named by the run that asked for it."""
    rows = session.execute(
        select(CallRow.id, RunRow.uid, CallRow.layer_index, CallRow.position)
        .join(RunRow, RunRow.id == CallRow.run_id)
        .where(CallRow.id.in_(call_ids))
    )
    return {
        call_id: AnswerRef(run_uid, Seat(layer_index, position))
        for call_id, run_uid, layer_index, position in rows
    }
