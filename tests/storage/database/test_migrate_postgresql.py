"""Any server database we ever wrote opens; none that we must not touch is touched."""

from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, make_url

from storage.database import postgresql as dialect
from storage.database.migrate import migrate
from storage.database.revisions import VERSIONS, names
from storage.database.sessions import Database
from storage.errors import DatabaseForeignError, DatabaseNewerError
from storage.schema import METADATA, search_ddl
from tests.storage.starting import fill, filled_at_once, killed_in_the_middle
from tests.storage.versions import (
    NOTED_DATA,
    REPLACED_DATA,
    VERSIONS_TO_5,
    VERSIONS_TO_7,
    first_versions,
    newer_versions,
)

pytestmark = pytest.mark.slow

LAST = names(VERSIONS)[-1]


@pytest.fixture
def url(postgresql):
    """Of a database that has nothing in it yet."""
    with postgresql.new_database("template0") as url:
        yield url


@contextmanager
def connected(url: str):
    engine = dialect.postgresql_engine(make_url(url))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def rows(url: str, query: str) -> list[tuple]:
    with connected(url) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


CHECKS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    AND conrelid::regclass::text <> 'alembic_version' ORDER BY 1, 2
"""
INDEXES = """
SELECT indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1
"""
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default,
    character_maximum_length FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2
"""


def test_the_migrations_make_exactly_the_tables(url, postgresql):
    Database.open(url).close()
    with postgresql.new_database("template0") as declared:
        engine = create_engine(declared)
        METADATA.create_all(engine)
        with engine.begin() as connection:
            search_ddl.create(connection)
        engine.dispose()
        for query in (COLUMNS, CHECKS, INDEXES):
            assert rows(url, query) == rows(declared, query)


def test_alembic_finds_nothing_to_migrate(url):
    Database.open(url).close()
    with connected(url) as connection:
        own = {"include_name": lambda name, *_: not search_ddl.is_of_search(name)}
        context = MigrationContext.configure(connection, opts=own)
        assert compare_metadata(context, METADATA) == []


def test_an_older_database_is_brought_up_to_date(url, tmp_path, caplog):
    fill(url)
    assert not caplog.messages  # a new one is there at once
    migrate(make_url(url), newer_versions(tmp_path))
    first, *_, last = caplog.messages
    assert first.startswith("Bringing the database up to date: ")
    assert last.startswith("The database is up to date: ")
    assert rows(url, "SELECT count(*) FROM moods") == [(0,)]
    assert rows(url, "SELECT question FROM turns") == [("Does this stay?",)]
    assert rows(url, "SELECT count(*) FROM runs") == [(1,)]


OLD_DATA = """
INSERT INTO configs VALUES (1, 'abc', '{"version": 1}');
INSERT INTO conversations VALUES (1, 'c', 'Why?', 1000, 2000, NULL, 2, 42, 1);
INSERT INTO turns VALUES (1, 't', 1, 0, NULL, 'Does this stay?', 1000);
INSERT INTO runs (id, uid, conversation_id, turn_id, config_id, status, worker,
    heartbeat_at, created_at, finished_at, cost_nusd, cost_unknown_calls, error_type)
VALUES (1, 'r1', 1, 1, 1, 'failed', 'w', 1500, 1000, 2000, 42, 1, 'RunError');
"""


def test_a_database_of_the_first_version_keeps_all_it_has(url, tmp_path):
    migrate(make_url(url), first_versions(tmp_path, "0001"))
    with connected(url) as connection:
        for statement in OLD_DATA.split(";\n"):
            connection.exec_driver_sql(statement)
        columns = [column["name"] for column in inspect(connection).get_columns("runs")]
    query = f"SELECT {', '.join(columns)} FROM runs"
    before = rows(url, query)
    Database.open(url).close()
    assert rows(url, query) == before
    assert rows(url, "SELECT reserved_nusd, preset_name FROM runs") == [(0, None)]


def test_what_tables_of_their_own_said_of_turns_and_runs_is_in_columns(url, tmp_path):
    migrate(make_url(url), first_versions(tmp_path, *VERSIONS_TO_5))
    with connected(url) as connection:
        for statement in REPLACED_DATA.strip().split(";\n"):
            connection.exec_driver_sql(statement)
    Database.open(url).close()
    turns = "SELECT id, chosen_call_id, origin_call_id, blind FROM turns ORDER BY id"
    assert rows(url, turns) == [(1, 1, None, None), (2, None, 1, True)]
    runs = "SELECT id, side, counted FROM runs ORDER BY id"
    assert rows(url, runs) == [(1, None, False), (2, 1, False), (3, 0, False)]


def test_the_window_that_a_note_named_is_in_a_column(url, tmp_path):
    migrate(make_url(url), first_versions(tmp_path, *VERSIONS_TO_7))
    with connected(url) as connection:
        for statement in NOTED_DATA.strip().split(";\n"):
            connection.exec_driver_sql(statement)
    Database.open(url).close()
    windows = rows(url, "SELECT window_tokens FROM calls ORDER BY id")
    assert windows == [(32768,), (None,), (None,)]


def test_a_newer_database_is_refused_and_not_touched(url, tmp_path):
    fill(url)
    migrate(make_url(url), newer_versions(tmp_path))
    with pytest.raises(DatabaseNewerError) as caught:
        Database.open(url)
    assert make_url(url).database in str(caught.value)
    assert "Update Polyphony" in caught.value.advice
    assert rows(url, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_the_database_of_another_program_is_refused_and_not_touched(url):
    with connected(url) as connection:
        connection.exec_driver_sql("CREATE TABLE photos (id int)")
    with pytest.raises(DatabaseForeignError):
        Database.open(url)
    with connected(url) as connection:
        assert inspect(connection).get_table_names() == ["photos"]


def test_a_migration_that_fails_leaves_everything_as_it_was(url, tmp_path):
    fill(url)
    before = rows(url, COLUMNS)
    versions = newer_versions(tmp_path, "raise RuntimeError('no')")
    with pytest.raises(RuntimeError, match="no"):
        migrate(make_url(url), versions)
    assert rows(url, COLUMNS) == before
    Database.open(url).close()


@pytest.mark.slow
def test_processes_that_start_at_once_all_come_up(url):
    assert filled_at_once(url, 4) == ["ok"] * 4
    assert rows(url, "SELECT count(*) FROM runs") == [(4,)]


@pytest.mark.slow
def test_kill_9_in_the_middle_of_a_migration_does_no_harm(url, tmp_path):
    fill(url)
    versions = killed_in_the_middle(url, tmp_path)
    Database.open(url).close()  # as before, in the older version
    newer_versions(tmp_path, "pass")
    migrate(make_url(url), versions)  # and in the newer one
    assert rows(url, "SELECT count(*) FROM moods") == [(0,)]
    assert rows(url, "SELECT question FROM turns") == [("Does this stay?",)]
