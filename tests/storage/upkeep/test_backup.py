"""A backup is whole while the app writes; a restore harms nothing that was there."""

import os
import threading
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest

from moa_core.messages import Question
from storage.database import sqlite
from storage.database.sessions import Database
from storage.errors import (
    BackupRefusedError,
    DatabaseInUseError,
    DatabaseNewerError,
    StorageError,
)
from storage.recording.runs import Runs
from storage.upkeep import backup
from storage.upkeep.backup import FOLDER, back_up, copies_of, restore
from tests.storage.fabricated import mixture
from tests.storage.installation import content, fill
from tests.storage.transfer.command import storage
from tests.support.new_database import copy_new_file

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path) -> Path:
    (tmp_path / "data").mkdir()
    return copy_new_file(tmp_path / "data" / "polyphony.db")


@pytest.fixture
def url(path) -> str:
    return f"sqlite:///{path}"


def questions(url: str) -> set[str]:
    database = Database.open(url)
    found = {row["question"] for row in content(database)["turns"]}
    database.close()
    return found


def ask(url: str, question: str) -> None:
    database = Database.open(url)
    Runs(database).begin(Question(question), mixture())
    database.close()


def test_a_backup_has_everything_and_is_private(url):
    database = Database.open(url)
    fill(database)
    copy = back_up(url)  # while it is open
    there = content(database)
    database.close()
    assert copy.parent.name == FOLDER
    assert copy.stat().st_mode & 0o077 == 0
    assert copy.parent.stat().st_mode & 0o077 == 0
    copied = Database.open(f"sqlite:///{copy}")
    assert content(copied) == there
    copied.close()


def test_a_backup_while_others_write_is_of_one_moment(url):
    """Every question has its run in it, and every one that was there before it."""
    database = Database.open(url)
    runs, ended = Runs(database), threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            runs.begin(Question(f"Question {(number := number + 1)}?"), mixture())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [back_up(url) for _ in range(5)]
    finally:
        ended.set()
        writer.join()
        database.close()
    assert len(set(copies)) == 5
    for copy in copies:
        with closing(sqlite.driver().connect(str(copy))) as connection:
            turns, runs_there = connection.execute(
                "SELECT (SELECT count(*) FROM turns), (SELECT count(*) FROM runs)"
            ).fetchone()
            assert turns == runs_there


def test_a_restore_brings_back_what_was_and_keeps_what_is(url, path):
    ask(url, "Before?")
    copy = back_up(url)
    ask(url, "After?")
    kept = restore(url, copy)
    assert questions(url) == {"Before?"}
    assert questions(f"sqlite:///{kept}") == {"Before?", "After?"}
    assert copy.exists()
    assert {kept, copy} <= set(copies_of(path))
    restore(url, kept)
    assert questions(url) == {"Before?", "After?"}


def test_a_restore_is_refused_while_the_app_has_the_database_open(url):
    ask(url, "Mine?")
    copy = back_up(url)
    database = Database.open(url)
    with database.reading() as session:
        session.connection()
    with pytest.raises(DatabaseInUseError):
        restore(url, copy)
    Runs(database).begin(Question("Goes on?"), mixture())
    database.close()
    assert questions(url) == {"Mine?", "Goes on?"}
    restore(url, copy)
    assert questions(url) == {"Mine?"}


def test_a_restore_is_refused_while_another_one_or_a_migration_goes_on(url, path):
    ask(url, "First?")
    copy = back_up(url)
    before = path.read_bytes()
    with (
        patch.object(backup, "_LOCK_TIMEOUT_S", 0.05),
        sqlite.file_lock(path, 0),
        pytest.raises(DatabaseInUseError),
    ):
        restore(url, copy)
    assert path.read_bytes() == before
    assert restore(url, copy)


def test_where_there_is_no_database_a_restore_makes_one(url, path, tmp_path):
    ask(url, "Here?")
    copy = back_up(url)
    elsewhere = f"sqlite:///{tmp_path}/new/p.db"
    assert restore(elsewhere, copy) is None
    assert questions(elsewhere) == {"Here?"}


def test_a_damaged_database_can_be_replaced_and_is_kept(url, path):
    ask(url, "Before?")
    copy = back_up(url)
    path.write_bytes(b"garbage" * 1000)
    kept = restore(url, copy)
    assert questions(url) == {"Before?"}
    assert kept.read_bytes().startswith(b"garbage")


def damaged(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    data[4096 * 3 : 4096 * 12] = os.urandom(4096 * 9)
    copy.write_bytes(data)


def newer(copy: Path) -> None:
    with closing(sqlite.driver().connect(str(copy))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def foreign(copy: Path) -> None:
    copy.unlink()
    with closing(sqlite.driver().connect(str(copy))) as connection:
        connection.execute("CREATE TABLE notes (x)")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (damaged, BackupRefusedError),
        (newer, DatabaseNewerError),
        (foreign, BackupRefusedError),
        (lambda copy: copy.write_bytes(b""), BackupRefusedError),
        (lambda copy: copy.write_text("no database" * 500), BackupRefusedError),
        (Path.unlink, BackupRefusedError),
    ],
)
def test_a_copy_that_will_not_do_is_refused_and_nothing_changes(
    url, path, spoil, error
):
    ask(url, "Mine?")
    copy = back_up(url)
    spoil(copy)
    before = path.read_bytes()
    with pytest.raises(error):
        restore(url, copy)
    assert path.read_bytes() == before
    assert questions(url) == {"Mine?"}
    assert [each.name for each in path.parent.glob("*restor*")] == []


def test_a_server_has_its_own_tools_and_we_say_which():
    url = "postgresql+psycopg://me:secret@host/polyphony"
    with pytest.raises(BackupRefusedError, match="pg_dump --format=custom") as said:
        back_up(url)
    assert "secret" not in str(said.value)
    with pytest.raises(BackupRefusedError, match="pg_restore --clean"):
        restore(url, Path("polyphony.dump"))


def test_there_is_nothing_to_copy_where_there_is_no_database(url, path):
    path.unlink()
    with pytest.raises(StorageError):
        back_up(url)
    assert not path.exists()


def test_make_backup_and_make_restore(url, path):
    ask(url, "Before?")
    said = storage(url, "backup")
    assert said.code == 0, said.err
    [copy] = copies_of(path)
    assert str(copy) in said.out
    ask(url, "After?")
    assert storage(url, "restore", str(copy)).code == 0
    assert questions(url) == {"Before?"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "-m storage backup" in makefile
    assert "-m storage restore" in makefile
