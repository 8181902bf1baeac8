"""A migration looks for room first; one that breaks off leaves nothing behind."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage.database import migrate as migrations
from storage.database import sqlite
from storage.database.migrate import backups, migrate
from storage.database.sessions import Database
from storage.errors import NoRoomForCopyError
from storage.upkeep.backup import FOLDER, back_up, copies_of
from tests.storage.versions import OLD_DATA, first_versions
from tests.support.file_limit import no_larger_files_than

pytestmark = pytest.mark.slow

MANY_CALLS = """
WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT INTO calls (id, run_id, layer_index, position, attempt, role, endpoint,
    model_requested, params, status, usage_source, cost_source, started_ms,
    error_message)
SELECT i, 1, 0, 0, i, 'proposer', 'lab', 'm', '{}', 'failed', 'unknown', 'unknown', 0,
    printf('%.5000c', 'x') FROM n;
"""


@pytest.fixture
def old(tmp_path) -> Path:
    """A database of the first version, with calls that have to be moved."""
    path = tmp_path / "data" / "polyphony.db"
    migrate(make_url(f"sqlite:///{path}"), first_versions(tmp_path, "0001"))
    with closing(sqlite.driver().connect(str(path))) as connection:
        connection.executescript(OLD_DATA + MANY_CALLS)
    return path


def open_and_close(path: Path) -> None:
    Database.open(f"sqlite:///{path}").close()


def read(path: Path, query: str) -> list[tuple]:
    with closing(sqlite.driver().connect(str(path))) as connection:
        return connection.execute(query).fetchall()


def revision(path: Path) -> str:
    [(name,)] = read(path, "SELECT version_num FROM alembic_version")
    return name


def names(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir() if file.stat().st_size}


def test_without_room_nothing_is_begun_and_the_need_is_said(old, monkeypatch):
    monkeypatch.setattr(migrations, "free_bytes", lambda _: 2 * old.stat().st_size)
    before = old.read_bytes()
    with pytest.raises(NoRoomForCopyError, match=r"takes \d\.\d MB, and") as no:
        open_and_close(old)
    assert str(old) in str(no.value)
    assert "Nothing was changed" in no.value.advice
    assert old.read_bytes() == before
    monkeypatch.undo()
    open_and_close(old)


@pytest.mark.parametrize("times", [0.5, 1.9])
def test_a_disk_that_fills_up_is_said_and_leaves_the_old_database_alone(
    old, monkeypatch, times
):
    """While it is copied, or while tables are made anew."""
    monkeypatch.setattr(migrations, "free_bytes", lambda _: 10**12)
    with (
        no_larger_files_than(int(old.stat().st_size * times)),
        pytest.raises(NoRoomForCopyError, match="full"),
    ):
        open_and_close(old)
    assert revision(old) == "0001"
    assert backups(old) == []
    assert names(old) == {old.name}
    open_and_close(old)
    [copy] = backups(old)
    assert revision(copy) == "0001"
    assert read(old, "SELECT count(*) FROM calls") == [(300,)]


def test_tables_and_copies_that_were_left_half_made_go_at_the_next_start(old):
    with closing(sqlite.driver().connect(str(old))) as connection:
        connection.execute("CREATE TABLE _alembic_tmp_calls (id INTEGER)")
    for ending in ("copying", "copying-journal", "restoring"):
        old.with_name(f"{old.name}.{ending}").write_text("half")
    open_and_close(old)
    tables = [name for (name,) in read(old, "SELECT name FROM sqlite_master")]
    assert "calls" in tables
    assert not [name for name in tables if name.startswith("_alembic_tmp")]
    [copy] = backups(old)
    assert names(old) == {old.name, copy.name}


def test_a_backup_removes_what_a_killed_one_left_but_not_of_another_database(old):
    open_and_close(old)
    folder = old.parent / FOLDER
    folder.mkdir()
    killed, other = (
        folder / f"{name}-20260101-000000.db.copying"
        for name in ("polyphony", "polyphony-2")
    )
    for file in (killed, other):
        file.write_text("half")
    assert killed in copies_of(old)
    assert other not in copies_of(old)
    copy = back_up(f"sqlite:///{old}")
    assert set(folder.iterdir()) == {copy, other}
