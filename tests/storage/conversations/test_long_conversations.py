"""A conversation of a hundred turns opens with as many queries as one of ten."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from sqlalchemy import Engine, bindparam, event, insert, select, update

from moa_core.messages import Question
from moa_core.mixture.config import Seat
from storage.database.sessions import Database
from storage.runs.call_columns import ended_columns
from storage.schema import CallRow, CallTextRow, RunInputRow, RunRow, TurnRow
from storage.values.text import new_uid
from tests.storage.fabricated import call, mixture

CONFIG = mixture(2, 3)
SEATS = [Seat(layer, place) for layer in (0, 1) for place in range(3)]
CHIEF = Seat(2, 0)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collects what this thread asks; the recorder has its own."""
    asked: list[str] = []
    here = threading.get_ident()

    def note(_connection, _cursor, statement, *_rest) -> None:
        if threading.get_ident() == here:
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


class Writer:
    """Writes ended runs in bulk: behind a first turn, each turn synthesised twice."""

    def __init__(self, session, first: RunRow) -> None:
        self.session, self.first = session, first

    def write(self, turns: int) -> None:
        turn_ids = self._add(TurnRow, [self._turn(seq) for seq in range(1, turns)])
        follows = {"parent_id": bindparam("behind")}
        self.session.connection().execute(
            update(TurnRow.__table__)
            .where(TurnRow.__table__.c.id == bindparam("its_id"))
            .values(follows),
            [
                {"its_id": turn_id, "behind": parent_id}
                for parent_id, turn_id in pairwise([self.first.turn_id, *turn_ids])
            ],
        )
        bases = self._add(RunRow, [self._run(turn_id) for turn_id in turn_ids])
        reworks = self._add(
            RunRow,
            [
                self._run(turn_id) | {"based_on_id": base_id}
                for turn_id, base_id in zip(turn_ids, bases, strict=True)
            ],
        )
        proposals = [self._call(run_id, seat) for run_id in bases for seat in SEATS]
        call_ids = self._add(CallRow, proposals)
        chiefs = [self._call(run_id, CHIEF) for run_id in (*bases, *reworks)]
        chief_ids = self._add(CallRow, chiefs)
        self._put(
            CallTextRow,
            [
                {"call_id": call_id, "output": "word " * 100, "reasoning": ""}
                for call_id in (*call_ids, *chief_ids)
            ],
        )
        places = [(run_id, seat) for run_id in reworks for seat in SEATS]
        self._put(
            RunInputRow,
            [
                {
                    "run_id": run_id,
                    "layer_index": seat.layer_index,
                    "position": seat.position,
                    "call_id": call_id,
                    "ticked": True,
                }
                for (run_id, seat), call_id in zip(places, call_ids, strict=True)
            ],
        )

    def _turn(self, seq: int) -> dict[str, object]:
        return {
            "uid": new_uid(),
            "conversation_id": self.first.conversation_id,
            "seq": seq,
            "question": f"Question {seq}?",
            "created_at": 1000 + seq,
        }

    def _run(self, turn_id: int) -> dict[str, object]:
        return {
            "uid": new_uid(),
            "conversation_id": self.first.conversation_id,
            "turn_id": turn_id,
            "config_id": self.first.config_id,
            "status": "succeeded",
            "worker": self.first.worker,
            "heartbeat_at": 2000,
            "created_at": 1000,
            "finished_at": 2000,
        }

    def _call(self, run_id: int, seat: Seat) -> dict[str, object]:
        ended = call(seat, role="aggregator" if seat == CHIEF else "proposer")
        return {"run_id": run_id, **ended_columns(ended)}

    def _add(self, row, values) -> list[int]:
        table = row.__table__
        adding = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return self.session.connection().execute(adding, values).scalars().all()

    def _put(self, row, values) -> None:
        self.session.connection().execute(insert(row.__table__), values)


async def long_conversation(database: Database, recorded, turns: int) -> str:
    begun, _ = await recorded(CONFIG)
    with database.writing() as session:
        first = session.scalars(select(RunRow).where(RunRow.uid == begun.run_uid)).one()
        Writer(session, first).write(turns)
    return begun.conversation_uid


@pytest.mark.slow
async def test_a_hundred_turns_take_no_more_queries_than_ten(
    database, recorded, conversations, runs
):
    asked = {}
    for turns in (10, 100):
        uid = await long_conversation(database, recorded, turns)
        with counted() as loading:
            loaded = conversations.load(uid)
        assert len(loaded.turns) == turns
        assert [len(turn.runs) for turn in loaded.turns[1:]] == [2] * (turns - 1)
        assert loaded.turns[-1].runs[1].state.layers[0].answered == 3
        with counted() as asking:
            messages = runs.messages_of(loaded.turns[-1].runs[-1].uid)
        assert len(messages) == 2 * turns - 1
        assert len(loaded.messages(Question("And now?"))) == 2 * turns + 1
        asked[turns] = (len(loading), len(asking))
    assert asked[10] == asked[100]
    assert max(asked[100]) < 20
