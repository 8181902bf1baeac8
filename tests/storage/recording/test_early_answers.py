"""Runs whose answer began early come back from the database as they were."""

import asyncio

import pytest

from moa_core.messages import Question
from moa_core.run.run_state import RunState
from storage.database.sessions import Database
from storage.recording.recorder import Recorder
from storage.recording.runs import Runs
from tests.moa_core.engine.fast_start.early_runs import Paced, ran
from tests.support.new_database import copy_new_file

pytestmark = pytest.mark.slow


async def kept(database, state, events):
    runs, recorder = Runs(database), Recorder(database)
    begun = runs.begin(Question("Why?"), state.config)
    live = RunState(state.config)
    for event in events:
        live.apply(event)
        await recorder.record(begun.run_uid, event, live)
    recorder.close()
    return live, runs.load(begun.run_uid).state


@pytest.mark.parametrize("way", ["chunks", "provisional"])
def test_every_request_and_the_whole_text_are_kept(tmp_path, way):
    ended, events = ran(Paced(check="No: it is not so."), way)
    database = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'polyphony.db')}")
    try:
        live, stored = asyncio.run(kept(database, ended, events))
    finally:
        database.close()
    assert stored.synthesis.text == live.synthesis.text != ""
    assert [d for _, d in stored.decisions] == [d for _, d in live.decisions]
    for mine, other in zip(stored.seats, live.seats, strict=True):
        assert (mine.status, mine.text) == (other.status, other.text)
        assert [call.usage for call in mine.calls] == [c.usage for c in other.calls]
        assert [call.cost for call in mine.calls] == [c.cost for c in other.calls]
        texts = [(call.attempt, call.text, call.finish_reason) for call in mine.calls]
        assert texts == [(c.attempt, c.text, c.finish_reason) for c in other.calls]
