"""Several processes on one server: no update is lost, nothing is done twice."""

import threading
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import func, make_url, select, text, update

from moa_core.messages import Question
from moa_core.mixture.config import Preset
from moa_core.run.run_state import RunState
from storage.database.coordination import advisory_lock
from storage.database.sessions import Database
from storage.database.workers import LEASE_MS, Worker
from storage.errors import (
    DatabaseLockedError,
    NameTakenError,
    ServerBusyError,
    StorageError,
    WritingRefusedError,
)
from storage.history.conversation_list import ConversationList
from storage.presets.configs import config_id
from storage.presets.preset_store import Presets
from storage.recording.interruptions import mark_interrupted
from storage.recording.recorder import Recorder
from storage.recording.runs import Runs
from storage.schema import RunRow
from tests.storage.fabricated import Storyteller, mixture
from tests.storage.recording_process import record_on_and_on
from tests.support.fork_server import telling

pytestmark = pytest.mark.slow


@pytest.fixture
def url(postgresql):
    with postgresql.new_database() as url:
        yield url


@pytest.fixture
def replica(url):
    """The same database, as another process has it open."""
    database = Database.open(url)
    yield database
    database.close()


def together(*works) -> list[object]:
    """Do several things at once; gives what each returned or raised."""
    gate = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def guarded(position: int, work) -> None:
        gate.wait()
        try:
            results[position] = work()
        except Exception as error:  # noqa: BLE001
            results[position] = error

    threads = [threading.Thread(target=guarded, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_connection_that_was_cut_is_made_anew(database, runs, postgresql):
    runs.begin(Question("Why?"), mixture())
    postgresql.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{make_url(database.place).database}'"
    )
    runs.begin(Question("Why?"), mixture())
    assert len(ConversationList(database).newest()) == 2


def test_reading_sees_one_moment_and_cannot_write(database, runs, replica):
    runs.begin(Question("Why?"), mixture())
    with database.reading() as session:
        count = select(func.count()).select_from(RunRow)
        before = session.scalar(count)
        Runs(replica).begin(Question("Why not?"), mixture())
        assert session.scalar(count) == before
    with pytest.raises(WritingRefusedError), database.reading() as session:
        session.execute(update(RunRow).values(worker="x"))


def test_waiting_for_a_lock_ends_with_a_word(database):
    def wait_a_little() -> None:
        with database.writing() as session:
            session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            advisory_lock(session, "spending")

    with database.writing() as holder:
        advisory_lock(holder, "spending")
        with pytest.raises(ServerBusyError) as caught:
            wait_a_little()
    assert isinstance(caught.value, DatabaseLockedError)  # so it is tried again


def test_a_mixture_that_two_replicas_add_at_once_is_kept_once(database, replica):
    configs = [mixture(1, width) for width in (1, 2, 3)]

    def add(which: Database):
        def work() -> list[int]:
            ids = []
            for config in configs:
                with which.writing() as session:
                    ids.append(config_id(session, config))
                    time.sleep(0.02)
            return ids

        return work

    first, second, *others = together(*map(add, [database, replica] * 4))
    assert first == second
    assert all(other == first for other in others)


def test_of_equal_names_that_two_replicas_give_at_once_one_is_taken(database, replica):
    preset = Preset(name="Mine", title="Mine", description="", config=mixture())

    def save(which: Database):
        return lambda: Presets(which).save(preset)

    results = together(*map(save, [database, replica] * 4))
    taken = [result for result in results if isinstance(result, NameTakenError)]
    assert len(taken) == 7
    assert [kept.preset for kept in Presets(database).all()] == [preset]


def test_defaults_that_two_replicas_choose_at_once_leave_one(database, replica):
    presets = Presets(database)
    uids = [
        presets.save(
            Preset(name=name, title=name, description="", config=mixture())
        ).uid
        for name in "AB"
    ]

    def choose(which: Database, uid: str):
        return lambda: Presets(which).make_default(uid)

    works = [choose(database, uids[0]), choose(replica, uids[1])] * 4
    assert together(*works) == [None] * 8
    assert sum(kept.is_default for kept in presets.all()) == 1


def test_a_dead_run_that_two_replicas_find_is_marked_once(database, replica, runs):
    for _ in range(5):
        runs.begin(Question("Why?"), mixture())
    with database.writing() as session:
        session.execute(update(RunRow).values(worker="gone#1::x", heartbeat_at=0))

    def mark(which: Database):
        return lambda: mark_interrupted(which, ())

    assert sum(together(*map(mark, [database, replica] * 3))) == 5
    assert sum(talk.run_count for talk in ConversationList(database).newest()) == 5


async def test_a_frozen_replica_changes_nothing_once_its_run_was_marked(
    database, replica, runs, recorder
):
    config = mixture(1, 1)
    begun, state = runs.begin(Question("Why?"), config), RunState(config)
    *events, last = Storyteller(config).tell()
    for event in events[:3]:
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    with replica.writing() as session:  # as if it had been no output for long
        elsewhere = replace(database.worker, space="elsewhere")
        session.execute(update(RunRow).values(worker=str(elsewhere), heartbeat_at=0))
    assert mark_interrupted(replica, ()) == 1
    marked = runs.load(begun.run_uid).state
    for event in (*events[3:], last):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    after = runs.load(begun.run_uid).state
    assert (after.status, after.calls) == ("interrupted", marked.calls)


async def test_clocks_of_replicas_need_not_agree(database, replica, runs, monkeypatch):
    begun = runs.begin(Question("Why?"), mixture())
    elsewhere = replace(Worker.current(), space="elsewhere")
    with database.writing() as session:
        session.execute(update(RunRow).values(worker=str(elsewhere)))
    real = time.time_ns
    ahead_ns = 10 * LEASE_MS * 1_000_000
    monkeypatch.setattr(time, "time_ns", lambda: real() + ahead_ns)
    assert mark_interrupted(replica, ()) == 0
    assert Runs(replica).load(begun.run_uid).state.live


def lines_until_an_end(told):
    """What it says until it has told of the next run that ended."""
    for line in told:
        yield line
        if line.startswith("ended"):
            return
    raise AssertionError("it ended itself")


@pytest.mark.slow
def test_replicas_record_side_by_side_through_a_restart_of_every_connection(
    url, postgresql
):
    name = make_url(url).database
    recording = partial(telling, record_on_and_on, url)
    with recording() as (one, told_by_one), recording() as (two, told_by_two):
        both = told_by_one, told_by_two
        said = [line for told in both for line in lines_until_an_end(told)]
        for _ in range(5):
            postgresql.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{name}'"
            )
            said += [line for told in both for line in lines_until_an_end(told)]
        for process in (one, two):
            assert process.is_alive()
            process.kill()
        said += [line for told in both for line in told]
    database = Database.open(url)
    recorder = Recorder(database)
    recorder.mark_interrupted()
    runs = Runs(database)
    ended = {
        words[1]: words[2:] for words in map(str.split, said) if words[0] == "ended"
    }
    assert len(ended) >= 2 * 6
    for uid, (status, nano_usd, length) in ended.items():
        state = runs.load(uid).state
        assert state.status == status
        assert state.cost.usd.scaleb(9) == int(nano_usd)
        assert len(state.synthesis.text) == int(length)
    with suppress(StorageError):
        recorder.close()
    database.close()
