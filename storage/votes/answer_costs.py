"""Sums what an answer cost: its own calls, and all that was read for it."""

from typing import TypeAlias

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from moa_core.usage import Cost
from storage.runs import ANSWERING_ROLES, AnswerRef, call_id_of, is_answer
from storage.schema import CallRow, RunInputRow, RunRow
from storage.values import cost

_Call: TypeAlias = Row[int, int, int, int, str, int | None]


def cost_of_answer(session: Session, ref: AnswerRef) -> Cost:
    """What was paid to come by an answer, failed attempts and earlier runs included.

    That is the calls of its seat (for a synthesis: of every aggregator of its run);
    whatever its run asked in the layers before; and every call that was given to its
    run and put to one of these, with all that had been paid for that. No call counts
    twice. A given proposal that was unticked counts not at all. A provisional answer
    that is not its run's answer has cost its own calls and no more.

    Raises:
        NotFoundError: No call sits there.
    """
    call_id = call_id_of(session, ref)
    turn_id = session.scalar(
        select(RunRow.turn_id)
        .join(CallRow, CallRow.run_id == RunRow.id)
        .where(CallRow.id == call_id)
    )
    calls = session.execute(_CALLS.where(RunRow.turn_id == turn_id)).all()
    inputs = session.execute(_TICKED.where(RunRow.turn_id == turn_id)).all()
    by_id = {call.id: call for call in calls}
    paid: dict[int, _Call] = {}
    waiting, seen = [call_id], set[int]()
    while waiting:
        answer = by_id[waiting.pop()]
        if answer.id in seen:
            continue
        seen.add(answer.id)
        stands = answer.role != "provisional" or is_answer(session, answer.id)
        is_for = _is_for if stands else _is_beside
        calls_for_it = [call for call in calls if is_for(call, answer)]
        paid |= {call.id: call for call in calls_for_it}
        layers = {call.layer_index for call in calls_for_it}
        waiting += [
            given.call_id
            for given in inputs
            if given.run_id == answer.run_id and given.layer_index + 1 in layers
        ]
    return cost(
        sum(call.cost_nusd or 0 for call in paid.values()),
        sum(call.cost_nusd is None for call in paid.values()),
    )


def _is_for(call: _Call, answer: _Call) -> bool:
    """Whether the run of an answer made a call for it; it made the answer's own."""
    if call.run_id != answer.run_id or call.layer_index > answer.layer_index:
        return False
    beside = _is_beside(call, answer) or answer.role in ANSWERING_ROLES
    return beside or bool(call.layer_index < answer.layer_index)


def _is_beside(call: _Call, answer: _Call) -> bool:
    """Whether it is an attempt at the very seat of the answer."""
    seat = (call.run_id, call.layer_index, call.position)
    return seat == (answer.run_id, answer.layer_index, answer.position)


_CALLS = select(
    CallRow.id,
    CallRow.run_id,
    CallRow.layer_index,
    CallRow.position,
    CallRow.role,
    CallRow.cost_nusd,
).join(RunRow, RunRow.id == CallRow.run_id)

_TICKED = (
    select(RunInputRow.run_id, RunInputRow.layer_index, RunInputRow.call_id)
    .join(RunRow, RunRow.id == RunInputRow.run_id)
    .where(RunInputRow.ticked)
)
