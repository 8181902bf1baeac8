"""What it cost to come by an answer: its own calls, and all that was read for it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Self, TypeAlias

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from moa_core.usage import Cost
from storage.errors import NotFoundError
from storage.runs import AnswerRef, call_id_of
from storage.schema import CallRow, RunInputRow, RunRow
from storage.values import cost

_Call: TypeAlias = Row[int, int, int, int, str, int | None]
_Input: TypeAlias = Row[int, int, int]


def cost_of_answer(session: Session, ref: AnswerRef) -> Cost:
    """What was paid to come by an answer, failed attempts and earlier runs included.

    That is the calls of its seat (for a synthesis: of every aggregator of its run);
    whatever its run asked in the layers before; and every call that was given to its
    run and put to one of these, with all that had been paid for that. No call counts
    twice. A given proposal that was unticked counts not at all.

    Raises:
        NotFoundError: No call sits there.
    """
    paid = _Turn.of_call(session, call_id_of(session, ref)).paid()
    return cost(
        sum(call.cost_nusd or 0 for call in paid),
        sum(call.cost_nusd is None for call in paid),
    )


class _Turn:
    """All calls of a turn, and which run was given which; ``call_id`` is asked about.

    Everything that an answer rests on lies in the runs of its own turn.
    """

    def __init__(
        self, call_id: int, calls: Sequence[_Call], inputs: Sequence[_Input]
    ) -> None:
        self._call_id = call_id
        self._calls = {call.id: call for call in calls}
        self._asked: dict[int, list[_Call]] = defaultdict(list)
        self._ticked: dict[int, list[_Input]] = defaultdict(list)
        for call in calls:
            self._asked[call.run_id].append(call)
        for given in inputs:
            self._ticked[given.run_id].append(given)

    @classmethod
    def of_call(cls, session: Session, call_id: int) -> Self:
        turn_id = session.scalar(
            select(RunRow.turn_id)
            .join(CallRow, CallRow.run_id == RunRow.id)
            .where(CallRow.id == call_id)
        )
        if turn_id is None:
            raise NotFoundError("answer")
        calls = session.execute(_CALLS.where(RunRow.turn_id == turn_id)).all()
        inputs = session.execute(_TICKED.where(RunRow.turn_id == turn_id)).all()
        return cls(call_id, calls, inputs)

    def paid(self) -> list[_Call]:
        """Every call that the answer rests on, each once."""
        paid: dict[int, _Call] = {}
        waiting, seen = [self._call_id], set[int]()
        while waiting:
            call = self._calls[waiting.pop()]
            if call.id in seen:
                continue
            seen.add(call.id)
            asked = list(self._asked_for(call))
            paid |= {each.id: each for each in asked}
            waiting += self._given_to(call.run_id, {c.layer_index for c in asked})
        return list(paid.values())

    def _asked_for(self, answer: _Call) -> Iterator[_Call]:
        """What the answer's own run asked for its sake, the call itself included."""
        for call in self._asked[answer.run_id]:
            below = call.layer_index < answer.layer_index
            beside = call.layer_index == answer.layer_index and (
                call.position == answer.position or answer.role == "aggregator"
            )
            if below or beside:
                yield call

    def _given_to(self, run_id: int, layers: set[int]) -> Iterator[int]:
        """Earlier calls that were put to those whom the run asked in these layers."""
        for given in self._ticked[run_id]:
            if given.layer_index + 1 in layers:
                yield given.call_id


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
