"""Units of work: all or nothing, no update lost, readers wait for nobody."""

import threading

import pytest
from sqlalchemy import text, update

from moa_core.messages import Question
from storage.database.sessions import Database
from storage.database.sqlite import FIRST_SOUND_VERSION, driver
from storage.errors import ConversationBusyError
from storage.recording.runs import Runs
from storage.schema import ConversationRow
from tests.storage.fabricated import mixture, said
from tests.storage.kinds import sqlite_only


def at_once(work, threads: int = 8) -> None:
    """Run ``work`` in several threads; the first error is raised."""
    errors = []

    def guarded() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    running = [threading.Thread(target=guarded) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if errors:
        raise errors[0]


def test_no_update_is_lost_when_threads_lock_read_then_write(patient, database, runs):
    runs.begin(Question("Why?"), mixture())

    def add() -> None:
        for _ in range(25):
            with database.writing() as session:
                # A file is locked as a whole anyway.
                row = session.query(ConversationRow).with_for_update().one()
                row.cost_nusd += 1

    at_once(add)
    with database.reading() as session:
        assert session.query(ConversationRow).one().cost_nusd == 8 * 25


async def test_of_questions_asked_at_once_in_one_conversation_one_begins(
    runs, recorder, conversations
):
    first = runs.begin(Question("First"), mixture())
    uid = first.conversation_uid
    await said(recorder, first, mixture(), "An answer.")
    refused = []

    def ask_next():
        try:
            runs.begin(Question("Next"), mixture(), conversation_uid=uid)
        except ConversationBusyError as error:
            refused.append(error)

    at_once(ask_next)
    assert len(conversations.load(uid).turns) == 2
    assert len(refused) == 7
    assert "Wait for the answer" in refused[0].advice


def test_what_fails_leaves_no_trace(database, runs, listing):
    runs.begin(Question("Why?"), mixture())

    def change_then_fail() -> None:
        with database.writing() as session:
            session.execute(update(ConversationRow).values(title="Changed"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        change_then_fail()
    assert listing.newest()[0].title == "Why?"


def test_readers_see_the_last_commit_while_one_writes(database, runs, listing):
    runs.begin(Question("Why?"), mixture())
    with database.writing() as session:
        session.execute(update(ConversationRow).values(title="Changed"))
        session.flush()
        assert listing.newest()[0].title == "Why?"
    assert listing.newest()[0].title == "Changed"


@sqlite_only
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 5000),
    ],
)
def test_every_connection_is_set_up(database, pragma, value):
    with database.reading() as session:
        assert session.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_sound_sqlite_is_used_where_there_is_one():
    pytest.importorskip("pysqlite3")
    assert driver().sqlite_version_info >= FIRST_SOUND_VERSION


@sqlite_only
def test_a_closed_database_leaves_no_log_behind(url):
    database = Database.open(url)
    Runs(database).begin(Question("Why?"), mixture())
    database.close()
    left = {file.name for file in database.path.parent.iterdir()}
    assert left == {"polyphony.db", "polyphony.db.lock"}


def test_a_database_knows_whether_it_has_the_migrations_of_the_program(database):
    assert database.is_current()
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert not database.is_current()
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not database.is_current()
