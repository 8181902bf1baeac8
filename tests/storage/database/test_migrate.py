"""Any file we ever wrote opens; none that we must not touch is touched.

The same of a database on a server: test_migrate_postgresql.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

from moa_core.messages import Question
from storage.conversations.conversation_store import Conversations
from storage.database import migrate as migrations
from storage.database import sqlite
from storage.database.migrate import backups, migrate
from storage.database.revisions import SCRIPTS, VERSIONS, names
from storage.database.sessions import Database
from storage.errors import (
    DatabaseDamagedError,
    DatabaseForeignError,
    DatabaseLockedError,
    DatabaseNewerError,
    StorageError,
)
from storage.history.search import Search
from storage.recording.runs import Runs
from storage.schema import METADATA, search_ddl, search_ddl_sqlite
from tests.storage.fabricated import mixture
from tests.storage.starting import fill, filled_at_once, killed_in_the_middle
from tests.storage.versions import (
    NOTED_DATA,
    OLD_DATA,
    REPLACED_DATA,
    VERSIONS_TO_5,
    VERSIONS_TO_7,
    first_versions,
    newer_versions,
)


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path}/data/polyphony.db"


LAST = names(VERSIONS)[-1]


def rows(path: Path, query: str) -> list[tuple]:
    with closing(sqlite.driver().connect(str(path))) as connection:
        return connection.execute(query).fetchall()


def path_of(url: str) -> Path:
    return Path(make_url(url).database)


_LINE_ENDS = re.compile(
    r"\n|, (?=(?:\w+ [A-Z]+(?: DEFAULT \d NOT NULL)?, *)+$)", re.MULTILINE
)
"""SQLite adds new columns to the last line of columns."""


def schema(path: Path) -> dict[str, list[str]]:
    """Every table and index, line by line, in any order."""
    found = rows(path, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: sorted(
            line.strip(" ,\t") for line in _LINE_ENDS.split(sql.replace('"', ""))
        )
        for name, sql in found
        if name != "alembic_version"
    }


def test_the_migrations_make_exactly_the_tables(url, tmp_path):
    Database.open(url).close()
    declared = tmp_path / "declared.db"
    engine = create_engine(f"sqlite:///{declared}", module=sqlite.driver())
    METADATA.create_all(engine)
    with engine.begin() as connection:
        search_ddl.create(connection)
    engine.dispose()
    assert schema(path_of(url)) == schema(declared)


def test_alembic_finds_nothing_to_migrate(url):
    Database.open(url).close()
    engine = sqlite.sqlite_engine(make_url(url))
    with engine.connect() as connection:
        own = {"include_name": lambda name, *_: not search_ddl.is_of_search(name)}
        context = MigrationContext.configure(connection, opts=own)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_migrations_are_named_after_their_revisions():
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "newline")
    scripts = ScriptDirectory.from_config(config)
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert sorted(revisions) == names(VERSIONS)
    assert scripts.get_current_head() == LAST


def test_opening_twice_changes_nothing(url):
    fill(url)
    before = path_of(url).read_bytes()
    Database.open(url).close()
    assert path_of(url).read_bytes() == before
    assert backups(path_of(url)) == []


def test_an_older_database_is_copied_then_brought_up_to_date(url, tmp_path, caplog):
    fill(url)
    assert not caplog.messages  # a new one is there at once
    migrate(make_url(url), newer_versions(tmp_path))
    first, *_, last = caplog.messages
    assert first.startswith("Bringing the database up to date: ")
    assert last.startswith("The database is up to date: ")
    [copy] = backups(path_of(url))
    assert rows(path_of(url), "SELECT count(*) FROM moods") == [(0,)]
    # Rebuilding a parent table must not delete its children.
    for path in (path_of(url), copy):
        assert rows(path, "SELECT question FROM turns") == [("Does this stay?",)]
        assert rows(path, "SELECT count(*) FROM runs") == [(1,)]
    assert rows(copy, "SELECT version_num FROM alembic_version") == [(LAST,)]
    assert copy.stat().st_mode & 0o077 == 0


OLD_TABLES = ("configs", "conversations", "turns", "runs", "calls", "call_texts")
NOTHING_NEW = {None, 0, "chat", 1}
"""What columns that came later say of old rows: nothing held back, a chat, whole."""


def columns(path: Path, table: str) -> list[str]:
    return [row[1] for row in rows(path, f"PRAGMA table_info({table})")]


def select(table: str, names: list[str]) -> str:
    return f"SELECT {', '.join(names)} FROM {table} ORDER BY rowid"


def added(path: Path, table: str, kept: list[str]) -> list:
    new = [name for name in columns(path, table) if name not in kept]
    return list(rows(path, select(table, new))[0]) if new else []


def test_a_database_of_the_first_version_keeps_all_it_has(url, tmp_path):
    migrate(make_url(url), first_versions(tmp_path, "0001"))
    path = path_of(url)
    with closing(sqlite.driver().connect(str(path))) as connection:
        connection.executescript(OLD_DATA)
    kept = {table: columns(path, table) for table in OLD_TABLES}
    old = {table: rows(path, select(table, kept[table])) for table in OLD_TABLES}
    Database.open(url).close()
    for table in OLD_TABLES:
        assert rows(path, select(table, kept[table])) == old[table]
        assert set(added(path, table, kept[table])) <= NOTHING_NEW
    assert rows(path, "SELECT * FROM presets") == []
    assert rows(path, "PRAGMA foreign_key_check") == []


def test_what_tables_of_their_own_said_of_turns_and_runs_is_in_columns(url, tmp_path):
    migrate(make_url(url), first_versions(tmp_path, *VERSIONS_TO_5))
    with closing(sqlite.driver().connect(str(path_of(url)))) as connection:
        connection.executescript(REPLACED_DATA)
    Database.open(url).close()
    turns = "SELECT id, chosen_call_id, origin_call_id, blind FROM turns ORDER BY id"
    assert rows(path_of(url), turns) == [(1, 1, None, None), (2, None, 1, 1)]
    runs = "SELECT id, side, counted FROM runs ORDER BY id"
    assert rows(path_of(url), runs) == [(1, None, 0), (2, 1, 0), (3, 0, 0)]
    assert rows(path_of(url), "PRAGMA foreign_key_check") == []


def test_the_window_that_a_note_named_is_in_a_column(url, tmp_path):
    migrate(make_url(url), first_versions(tmp_path, *VERSIONS_TO_7))
    with closing(sqlite.driver().connect(str(path_of(url)))) as connection:
        connection.executescript(NOTED_DATA)
    Database.open(url).close()
    windows = rows(path_of(url), "SELECT window_tokens FROM calls ORDER BY id")
    assert windows == [(32768,), (None,), (None,)]


def test_a_zero_that_nobody_had_said_of_a_cache_is_unknown(url, tmp_path):
    migrate(make_url(url), first_versions(tmp_path, *VERSIONS_TO_7))
    with closing(sqlite.driver().connect(str(path_of(url)))) as connection:
        connection.executescript(NOTED_DATA)
        connection.execute("UPDATE calls SET cached_input_tokens = 5 * (id - 1)")
        connection.commit()
    Database.open(url).close()
    cached = rows(path_of(url), "SELECT cached_input_tokens FROM calls ORDER BY id")
    assert cached == [(None,), (5,), (10,)]
    assert rows(path_of(url), "SELECT count(*) FROM runs WHERE counted") == [(0,)]


def test_a_newer_database_is_refused_and_not_touched(url, tmp_path):
    fill(url)
    migrate(make_url(url), newer_versions(tmp_path))
    before = path_of(url).read_bytes()
    with pytest.raises(DatabaseNewerError) as caught:
        Database.open(url)
    assert str(path_of(url)) in str(caught.value)
    assert "Update Polyphony" in caught.value.advice
    assert path_of(url).read_bytes() == before


def test_the_database_of_another_program_is_refused_and_not_touched(tmp_path):
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(DatabaseForeignError, match=r"photos\.db"):
        Database.open(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_everything_as_it_was(url, tmp_path):
    fill(url)
    before = schema(path_of(url))
    versions = newer_versions(tmp_path, "raise RuntimeError('no')")
    with pytest.raises(RuntimeError, match="no"):
        migrate(make_url(url), versions)
    assert schema(path_of(url)) == before
    Database.open(url).close()


def test_a_migration_that_breaks_a_reference_is_not_committed(url, tmp_path):
    fill(url)
    versions = newer_versions(tmp_path, 'op.execute("DELETE FROM conversations")')
    with pytest.raises(StorageError, match="refer to nothing"):
        migrate(make_url(url), versions)
    assert rows(path_of(url), "SELECT count(*) FROM conversations") == [(1,)]


def test_an_empty_file_beside_copies_is_not_taken_for_a_new_database(url, tmp_path):
    fill(url)
    migrate(make_url(url), newer_versions(tmp_path))
    path_of(url).write_bytes(b"")
    with pytest.raises(DatabaseDamagedError, match="copies are beside it"):
        Database.open(url)


@pytest.mark.slow
def test_processes_that_start_at_once_all_come_up(url):
    assert filled_at_once(url, 4) == ["ok"] * 4
    assert rows(path_of(url), "SELECT count(*) FROM runs") == [(4,)]


def test_a_start_waits_for_one_that_migrates_and_then_says_so(url, monkeypatch):
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT_S", 0.05)
    path, lock = path_of(url), path_of(f"{url}.lock")
    sqlite.create_private(path)
    with (
        sqlite.file_lock(path, 0),
        pytest.raises(DatabaseLockedError, match="another process is preparing it"),
    ):
        migrate(make_url(url))
    assert path.stat().st_size == 0
    migrate(make_url(url))  # it was let go
    assert lock.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_kill_9_in_the_middle_of_a_migration_does_no_harm(url, tmp_path):
    fill(url)
    versions = killed_in_the_middle(url, tmp_path)
    Database.open(url).close()  # as before, in the older version
    assert rows(path_of(url), "SELECT question FROM turns") == [("Does this stay?",)]
    newer_versions(tmp_path, "pass")
    migrate(make_url(url), versions)  # and in the newer one
    assert rows(path_of(url), "SELECT count(*) FROM moods") == [(0,)]
    assert rows(path_of(url), "SELECT count(*) FROM runs") == [(1,)]


REBUILDING = """
    for table in ("conversations", "turns", "calls", "call_texts"):
        with op.batch_alter_table(table, recreate="always"):
            pass
"""


def test_search_goes_on_after_a_migration_that_rebuilt_its_tables(url, tmp_path):
    fill(url)
    before = schema(path_of(url))
    migrate(make_url(url), newer_versions(tmp_path, REBUILDING))
    after = schema(path_of(url))
    assert {name for name in before if name.startswith("search")} == {
        name for name in after if name.startswith("search")
    }
    database = Database(sqlite.sqlite_engine(make_url(url)), make_url(url))
    begun = Runs(database).begin(Question("What came after?"), mixture())
    Conversations(database).rename(begun.conversation_uid, "Later")
    found = [
        len(Search(database).find(word).hits) for word in ("stay", "after", "later")
    ]
    database.close()
    assert found == [1, 1, 1]


@pytest.mark.skipif(
    sqlite3.sqlite_version_info >= search_ddl_sqlite.SECURE_DELETE_SINCE
    or sqlite.driver().sqlite_version_info < search_ddl_sqlite.SECURE_DELETE_SINCE,
    reason="needs an older SQLite beside a newer one",
)
def test_a_file_from_a_machine_with_a_newer_sqlite_can_be_searched_and_written(
    url, monkeypatch
):
    database = Database.open(url)
    begun = Runs(database).begin(Question("Otters?"), mixture())
    Conversations(database).rename(begun.conversation_uid, "Badgers")
    database.close()
    monkeypatch.setattr(sqlite, "driver", lambda: sqlite3)
    database = Database.open(url)
    Conversations(database).rename(begun.conversation_uid, "Foxes")
    found = {word: len(Search(database).find(word).hits) for word in WORDS_THEN}
    database.close()
    assert found == {"otters": 1, "badgers": 0, "foxes": 1}


WORDS_THEN = ("otters", "badgers", "foxes")
