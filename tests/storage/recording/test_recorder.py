"""Runs are written while they happen, and their ends are there when record returns."""

import asyncio
import logging
import time
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from moa_core.errors import RunInterruptedError
from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.run.events import CallDelta, CallStarted, RunStarted
from moa_core.run.run_state import RunState
from moa_core.settings import SIMULATED
from moa_core.usage import FREE, UNKNOWN_COST, UNKNOWN_USAGE
from storage.database.sessions import Database
from storage.database.workers import LEASE_MS, Worker
from storage.errors import NotFoundError, StorageError
from storage.recording.recorder import Recorder
from storage.recording.run_end import RunEnd, end_run
from storage.recording.runs import Runs
from storage.schema import CallRow, CallTextRow, RunRow
from tests.storage.fabricated import Storyteller, mixture
from tests.support.counted_calls import counted_calls
from tests.support.waiting import eventually_async


async def begin_writing(recorded, config=None, text="Once upon "):
    """A run whose first proposer has written something."""
    config = config or mixture(1, 2)
    begun = recorded.runs.begin(Question("Tell me a story."), config)
    state = RunState(config)
    agent = config.layers[0].proposers[0]
    for event in (
        RunStarted(0.0, config),
        CallStarted(0.1, "proposer", Seat(0, 0), agent, 1),
        CallDelta(0.3, "proposer", Seat(0, 0), text, "answer"),
        CallDelta(0.4, "proposer", Seat(0, 0), "Hm.", "reasoning"),
    ):
        await recorded.tell(begun, event, state)
    return begun, state


def forget_worker(database: Database, worker: str, heartbeat_at: int = 0) -> None:
    """Let all running runs belong to another process."""
    with database.writing() as session:
        session.execute(
            update(RunRow)
            .where(RunRow.status == "running")
            .values(worker=worker, heartbeat_at=heartbeat_at)
        )


async def test_the_end_of_a_run_is_there_when_record_returns(recorded, runs):
    begun, state = await recorded(mixture(3, 4))
    stored = runs.load(begun.run_uid).state
    assert (stored.status, stored.calls) == ("succeeded", state.calls)


async def test_the_text_of_running_calls_is_saved_while_they_run(recorded, runs):
    begun, _ = await begin_writing(recorded)

    def saved():
        seat = runs.load(begun.run_uid).state.seats[0]
        return seat if seat.text else None

    seat = await eventually_async(saved)
    assert not seat.ended
    assert (seat.text, seat.reasoning) == ("Once upon ", "Hm.")
    assert (seat.status, seat.first_content_s) == ("writing", 0.3)
    assert seat.call is None


async def test_a_heartbeat_is_seen_while_a_run_is_silent(recorded, database):
    begun, _ = await begin_writing(recorded)

    def heartbeat():
        with database.reading() as session:
            query = select(RunRow.heartbeat_at).where(RunRow.uid == begun.run_uid)
            return session.scalar(query)

    first = heartbeat()
    assert await eventually_async(lambda: heartbeat() > first)


async def test_a_run_of_a_dead_process_is_interrupted_at_once(
    recorded, runs, recorder, database, listing
):
    begun, _ = await begin_writing(recorded)
    await eventually_async(lambda: runs.load(begun.run_uid).state.seats[0].text)
    dead = replace(Worker.current(), pid=2**22 + 1)
    forget_worker(database, str(dead), heartbeat_at=int(time.time() * 1000))
    assert recorder.mark_interrupted() == 1
    state = runs.load(begun.run_uid).state
    assert (state.status, state.seats[0].status) == ("interrupted", "interrupted")
    assert isinstance(state.error, RunInterruptedError)
    assert state.seats[0].text == "Once upon "
    assert state.seats[0].call.usage == state.usage == UNKNOWN_USAGE
    assert state.seats[0].call.cost == state.cost == UNKNOWN_COST
    assert state.seats[1].status == "pending"
    [summary] = listing.newest()
    assert (summary.cost, summary.running) == (UNKNOWN_COST, False)
    assert recorder.mark_interrupted() == 0


async def test_an_interrupted_call_to_a_free_endpoint_cost_nothing(
    recorded, runs, recorder, database
):
    begun, _ = await begin_writing(recorded, mixture(1, 1, endpoint=SIMULATED))
    await eventually_async(lambda: runs.load(begun.run_uid).state.seats[0].text)
    forget_worker(database, "elsewhere#1::x")
    recorder.mark_interrupted()
    state = runs.load(begun.run_uid).state
    assert (state.cost, state.usage) == (FREE, UNKNOWN_USAGE)


async def test_a_run_on_another_machine_is_left_alone_for_its_lease(
    recorded, recorder, database
):
    await begin_writing(recorded)
    now = int(time.time() * 1000)
    forget_worker(database, "elsewhere#1::x", heartbeat_at=now - LEASE_MS + 2000)
    assert recorder.mark_interrupted() == 0
    forget_worker(database, "elsewhere#1::x", heartbeat_at=now - LEASE_MS - 1)
    assert recorder.mark_interrupted() == 1


async def test_a_run_under_way_is_never_marked(recorded, recorder, runs, database):
    begun, _ = await begin_writing(recorded)
    forget_worker(database, str(database.worker), heartbeat_at=0)
    assert recorder.mark_interrupted() == 0
    assert runs.load(begun.run_uid).state.live


def test_a_run_that_this_process_forgot_is_marked(runs, recorder, database):
    begun = runs.begin(Question("Why?"), mixture())
    assert recorder.mark_interrupted() == 0
    forget_worker(database, str(database.worker), heartbeat_at=0)
    assert recorder.mark_interrupted() == 1
    assert runs.load(begun.run_uid).state.status == "interrupted"


async def test_what_others_have_ended_is_not_overwritten(
    recorded, runs, database, caplog
):
    config = mixture(1, 1)
    begun = runs.begin(Question("Why?"), config)
    state = RunState(config)
    *events, last = Storyteller(config).tell()
    for event in events[:4]:
        await recorded.tell(begun, event, state)
    await eventually_async(lambda: runs.load(begun.run_uid).state.seats[0].attempt)
    with database.writing() as session:
        run = session.scalars(select(RunRow)).one()
        at_ms = run.created_at + 10
        end = RunEnd(status="interrupted", at_ms=at_ms, columns={})
        assert end_run(session, run.id, str(database.worker), end)
    before = runs.load(begun.run_uid).state.calls
    with caplog.at_level(logging.WARNING):
        for event in (*events[4:], last):
            await recorded.tell(begun, event, state)
    stored = runs.load(begun.run_uid).state
    assert (stored.status, stored.calls) == ("interrupted", before)
    assert "ended by another process" in caplog.text


async def test_nothing_is_written_into_a_run_that_another_process_has_taken_over(
    recorded, runs, database
):
    begun, state = await begin_writing(recorded)
    await eventually_async(lambda: runs.load(begun.run_uid).state.seats[0].text)
    forget_worker(database, "elsewhere#1::x", heartbeat_at=int(time.time() * 1000))
    state.seats[0].parts.append("a time")
    *_, last = Storyteller(mixture(1, 2)).tell()
    second = replace(state.config.layers[0].proposers[0], model="second")
    await recorded.tell(
        begun, CallStarted(0.5, "proposer", Seat(0, 1), second, 1), state
    )
    await recorded.tell(begun, last, state)
    stored = runs.load(begun.run_uid).state
    assert stored.live
    assert stored.seats[0].text == "Once upon "
    assert stored.seats[1].status == "pending"


async def test_one_event_that_is_refused_does_not_hold_up_the_others(
    recorded, recorder, runs
):
    config = mixture(1, 1)
    good, _ = await begin_writing(recorded)
    stray = RunState(config)
    *_, last = Storyteller(config).tell()
    stray.apply(last)
    with pytest.raises(NotFoundError):
        await recorder.record("no such run", last, stray)
    await recorded(mixture(2, 2))
    await eventually_async(lambda: runs.load(good.run_uid).state.seats[0].text)
    assert recorder.last_error is None


async def test_text_that_no_database_can_hold_is_cleaned(recorded, runs):
    begun, _ = await begin_writing(recorded, text="a\0b\ud83c\udf88")
    seat = await eventually_async(
        lambda: (s := runs.load(begun.run_uid).state.seats[0]).text and s
    )
    assert seat.text == "a\N{REPLACEMENT CHARACTER}b🎈"


async def test_closing_writes_what_waits(url):
    database = Database.open(url)
    recorder = Recorder(database)
    runs = Runs(database)
    config = mixture(1, 1)
    begun = runs.begin(Question("Why?"), config)
    state = RunState(config)
    agent = config.layers[0].proposers[0]
    for event in (
        RunStarted(0.0, config),
        CallStarted(0.1, "proposer", Seat(0, 0), agent, 1),
        CallDelta(0.3, "proposer", Seat(0, 0), "Almost", "answer"),
    ):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    recorder.close(patience_s=60)
    assert runs.load(begun.run_uid).state.seats[0].text == "Almost"
    *_, last = Storyteller(config).tell()
    with pytest.raises(StorageError, match="closed"):
        await recorder.record(begun.run_uid, last, state)
    database.close()


async def test_deltas_cost_next_to_nothing(recorded, recorder):
    begun, state = await begin_writing(recorded)
    delta = CallDelta(0.5, "proposer", Seat(0, 0), "word ", "answer")
    with counted_calls() as calls:
        for _ in range(100):
            await recorder.record(begun.run_uid, delta, state)
    assert calls.total <= 3 * 100  # it is looked at, and left to the writer


async def test_many_runs_at_once_are_all_kept(recorded, runs, database):
    ended = await asyncio.gather(*(recorded(mixture(3, 3)) for _ in range(20)))
    for begun, state in ended:
        assert runs.load(begun.run_uid).state.calls == state.calls
    with database.reading() as session:
        assert len(session.scalars(select(CallRow.id)).all()) == 20 * 10
        assert len(session.scalars(select(CallTextRow.call_id)).all()) == 20 * 10
