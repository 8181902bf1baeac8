"""kill -9 at any moment: what was said to be kept is kept, the rest is interrupted."""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.database import sqlite
from storage.database.sessions import Database
from storage.recording.recorder import Recorder
from storage.recording.runs import Runs
from storage.schema import CallRow, ConversationRow, RunRow
from tests.storage.recording_process import record_on_and_on, write_half
from tests.support.fork_server import telling

KILLS = 3


def record_then_kill(url: str, after_s: float) -> list[list[str]]:
    """Let a process record for a while; returns what it had been told is kept."""
    with telling(record_on_and_on, url) as (process, told):
        said = list(until_begun(told))
        time.sleep(after_s)
        process.kill()
        said += told
    return [line.split() for line in said]


def until_begun(told: Iterator[str]) -> Iterator[str]:
    """What it says until it has begun a run."""
    for line in told:
        yield line
        if line.startswith("begun"):
            return


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost_over_many_kills(url):
    dice = random.Random()
    said: list[list[str]] = []
    for _ in range(KILLS):
        said += record_then_kill(url, dice.uniform(0.1, 1.6))
    database = Database.open(url)
    recorder = Recorder(database)
    recorder.mark_interrupted()
    runs = Runs(database)
    begun = {words[1] for words in said if words[0] == "begun"}
    ended = {words[1]: words[2:] for words in said if words[0] == "ended"}
    assert len(begun) >= KILLS
    for uid in begun:
        state = runs.load(uid).state
        if uid in ended:
            status, nano_usd, length = ended[uid]
            assert state.status == status, uid
            assert state.cost.usd.scaleb(9) == int(nano_usd), uid
            assert len(state.synthesis.text) == int(length), uid
        else:  # its end may have been committed without being told any more
            assert not state.live, uid
            assert all(seat.ended or seat.status == "pending" for seat in state.seats)
    check_sums(database)
    if database.path is not None:
        check_file(database.path)
    recorder.close()
    database.close()


def check_file(path: Path) -> None:
    with closing(sqlite.driver().connect(str(path))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def check_sums(database: Database) -> None:
    """Totals kept beside the calls are the totals of the calls."""
    with database.reading() as session:
        calls = session.execute(
            select(
                func.coalesce(func.sum(CallRow.cost_nusd), 0),
                func.count() - func.count(CallRow.cost_nusd),
            ).select_from(CallRow)
        ).one()
        for table in (RunRow, ConversationRow):
            kept = session.execute(
                select(func.sum(table.cost_nusd), func.sum(table.cost_unknown_calls))
            ).one()
            assert tuple(kept) == tuple(calls)
        assert session.scalar(select(func.sum(ConversationRow.run_count))) == (
            session.scalar(select(func.count(RunRow.id)))
        )


@pytest.mark.slow
def test_after_kill_9_a_run_is_interrupted_with_the_text_that_had_arrived(url):
    with telling(write_half, url) as (_, told):
        uid = told.readline().strip()
        database = Database.open(url)  # a second process beside the first
        recorder = Recorder(database)
        assert recorder.mark_interrupted() == 0
    assert recorder.mark_interrupted() == 1
    run = Runs(database).load(uid)
    assert run.state.status == "interrupted"
    assert run.state.seats[0].text == "Once upon "
    assert run.state.seats[0].call.latency_s > 0
    recorder.close()
    database.close()
