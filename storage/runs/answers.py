"""Defines which calls are answers, names them by run and seat, and finds their calls.

The answer of a run is what its aggregator wrote to its end. Where no aggregator did, it
is the provisional answer, once the run has ended: one that nobody had to look at again,
whose revision failed, or after which the run was stopped.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from moa_core.mixture import Seat
from storage.errors import NotFoundError
from storage.schema import CallRow, RunInputRow, RunRow, table_of


@dataclass(frozen=True, slots=True)
class AnswerRef:
    """One call's text, as it stands at a seat of a run.

    A text that was given to later runs has several; what is read from the database
    names the run that asked for it.
    """

    run_uid: str
    seat: Seat


ANSWERING_ROLES: Final = ("aggregator", "provisional")
"""Who writes what a user reads as an answer; also of what is no answer in the end."""

_CALLS, _RUNS = table_of(CallRow), table_of(RunRow)
_WRITTEN, _RUN = (
    _CALLS.alias(),
    _RUNS.alias(),
)  # of tables: SQLAlchemy maps classes later

IS_ANSWER: Final[ColumnElement[bool]] = and_(
    CallRow.status == "succeeded",
    CallRow.retry_wait_ms.is_(None),
    or_(
        CallRow.role == "aggregator",
        and_(
            CallRow.role == "provisional",
            select(_RUN.c.id)
            .where(_RUN.c.id == CallRow.run_id, _RUN.c.status != "running")
            .correlate(_CALLS)
            .exists(),
            ~select(_WRITTEN.c.id)
            .where(
                _WRITTEN.c.run_id == CallRow.run_id,
                _WRITTEN.c.role == "aggregator",
                _WRITTEN.c.status == "succeeded",
                _WRITTEN.c.retry_wait_ms.is_(None),
            )
            .correlate(_CALLS)
            .exists(),
        ),
    ),
)
"""Whether a call, a row of ``CallRow``, is the answer of its run."""


_NAMES = (
    select(_CALLS.c.id, _RUNS.c.uid, _CALLS.c.layer_index, _CALLS.c.position)
    .join(_RUNS, _RUNS.c.id == _CALLS.c.run_id)
    .where(_CALLS.c.id.in_(bindparam("ids", expanding=True)))
)


def is_answer(session: Session, call_id: int) -> bool:
    """Whether a call is the answer of its run."""
    answering = select(CallRow.id).where(CallRow.id == call_id, IS_ANSWER)
    return session.scalar(answering) is not None


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
    rows = session.execute(_NAMES, {"ids": list(call_ids)})
    return {
        call_id: AnswerRef(run_uid, Seat(layer_index, position))
        for call_id, run_uid, layer_index, position in rows
    }
