"""Whatever is wrong with the file or the disk: the path, the next step, no damage.

All of it is about SQLite's file; what a server can do wrong: test_server_faults.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from moa_core.errors import ConfigError
from moa_core.messages import Question
from moa_core.run.run_state import RunState
from storage.database import sessions as opening
from storage.database import sqlite
from storage.database.sessions import Database
from storage.errors import (
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    DiskFullError,
    NoRoomForCopyError,
    NotADatabaseError,
    StorageError,
)
from storage.history.conversation_list import ConversationList
from storage.recording.runs import Runs
from storage.transfer.write_whole import write_whole
from storage.upkeep.backup import back_up
from tests.storage.fabricated import Storyteller, mixture
from tests.support.new_database import copy_new_file

QUESTION = "Will this be kept? " * 50


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path}/data/polyphony.db"


@pytest.fixture
def path(tmp_path: Path, url: str) -> Path:
    """A closed database with something in it."""
    (tmp_path / "data").mkdir()
    copy_new_file(tmp_path / "data" / "polyphony.db")
    database = Database.open(url)
    for _ in range(20):
        Runs(database).begin(Question(QUESTION), mixture())
    database.close()
    return database.path


def refused(path: Path, kind: type[StorageError]) -> StorageError:
    """Opening says what is wrong, where, and what to do, and overwrites nothing."""
    before = path.read_bytes()
    with pytest.raises(kind) as caught:
        Database.open(f"sqlite:///{path}")
    assert str(path) in str(caught.value)
    assert caught.value.advice
    assert path.read_bytes() == before
    return caught.value


def test_a_zeroed_header_is_refused(path):
    with path.open("r+b") as file:
        file.write(bytes(100))
    refused(path, NotADatabaseError)


def test_a_text_file_is_refused(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("Dear diary, " * 1000)
    refused(path, NotADatabaseError)


def test_half_a_file_is_refused(path):
    os.truncate(path, path.stat().st_size // 2)
    refused(path, DatabaseDamagedError)


def test_damage_inside_is_found_after_an_unclean_stop(path):
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 4))
    Path(f"{path}-wal").write_bytes(b"left over by a crash")
    refused(path, DatabaseDamagedError)


def test_garbage_beside_the_file_is_ignored(path):
    Path(f"{path}-wal").write_bytes(os.urandom(5000))
    Path(f"{path}-shm").write_bytes(os.urandom(5000))
    database = Database.open(f"sqlite:///{path}")
    assert len(ConversationList(database).newest()) == 20
    database.close()


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(DatabaseUnreachableError, match=tmp_path.name):
        Database.open(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("new", [True, False])
def test_a_read_only_folder_is_refused(as_nobody, new):
    path = as_nobody / "polyphony.db"
    if not new:
        Database.open(f"sqlite:///{path}").close()
    as_nobody.chmod(0o555)
    with pytest.raises(DatabaseReadOnlyError) as caught:
        Database.open(f"sqlite:///{path}")
    assert str(path) in str(caught.value)
    assert "writable" in caught.value.advice


def test_a_read_only_file_is_refused(as_nobody):
    path = as_nobody / "polyphony.db"
    Database.open(f"sqlite:///{path}").close()
    path.chmod(0o444)
    refused(path, DatabaseReadOnlyError)


HOLDER = """
import sys, time
from storage.database import sqlite
connection = sqlite.driver().connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def held_by_another_process(path: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE
    )
    with holder:
        holder.stdout.readline()
        try:
            yield
        finally:
            holder.kill()


@pytest.mark.slow
def test_a_locked_database_is_still_read_and_writing_says_so(path, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.2)
    with held_by_another_process(path):
        database = Database.open(f"sqlite:///{path}")
        assert len(ConversationList(database).newest()) == 20
        with pytest.raises(DatabaseLockedError, match=str(path)):
            Runs(database).begin(Question(QUESTION), mixture())
    Runs(database).begin(Question(QUESTION), mixture())
    database.close()


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of its own with 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if (
        not shutil.which("mount")
        or subprocess.run(mount, capture_output=True).returncode
    ):
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_no_run_begins_on_a_nearly_full_disk(tiny_disk):
    database = Database.open(f"sqlite:///{tiny_disk}/polyphony.db")
    with pytest.raises(DiskFullError, match=str(tiny_disk)):
        Runs(database).begin(Question(QUESTION), mixture())
    database.close()


def test_a_copy_or_an_export_that_fills_the_disk_leaves_nothing(tiny_disk):
    url = f"sqlite:///{tiny_disk}/polyphony.db"
    database = Database.open(url)
    (tiny_disk / "full").write_bytes(bytes(shutil.disk_usage(tiny_disk).free - 8192))
    with pytest.raises(NoRoomForCopyError, match=r"all\.jsonl") as caught:
        write_whole(tiny_disk / "all.jsonl", ["a line\n"] * 10_000)
    assert "Nothing was changed" in caught.value.advice
    with pytest.raises(StorageError, match=r"full|failed"):  # SQLite says either
        back_up(url)
    database.close()
    files = {path.name for path in tiny_disk.rglob("*") if path.is_file()}
    assert [name for name in files if not name.startswith("polyphony.db")] == ["full"]


def test_a_full_disk_loses_nothing_that_was_kept(tiny_disk, monkeypatch):
    monkeypatch.setattr(opening, "LOW_DISK_BYTES", 0)
    database = Database.open(f"sqlite:///{tiny_disk}/polyphony.db")
    kept = []

    def fill_the_disk():
        while True:
            kept.append(
                Runs(database).begin(Question(QUESTION * 20), mixture()).run_uid
            )

    with pytest.raises(DiskFullError) as caught:
        fill_the_disk()
    assert str(tiny_disk) in str(caught.value)
    assert [run.state.status for run in map(Runs(database).load, kept)]
    with closing(sqlite.driver().connect(str(database.path))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


@contextmanager
def no_more_pages(database: Database):
    """SQLite's own limit: any growth gives the error of a full disk."""

    def limit(connection, *_):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def lift(connection, *_):
        connection.execute("PRAGMA max_page_count = 1073741823")

    event.listen(database._engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(database._engine, "checkout", limit)
        event.listen(database._engine, "checkout", lift)


@pytest.mark.slow
async def test_a_run_that_ends_on_a_full_disk_is_kept_when_space_returns(
    database, runs, recorder
):
    config = mixture()
    begun = runs.begin(Question(QUESTION), config)
    state = RunState(config)
    *before, synthesis_finished, run_finished = Storyteller(config).tell()
    for happening in before:
        state.apply(happening)
        await recorder.record(begun.run_uid, happening, state)
    with no_more_pages(database):
        state.synthesis.parts.append("word " * 50_000)
        while recorder.last_error is None:  # noqa: ASYNC110 - another thread sets it
            await asyncio.sleep(0.01)
        assert isinstance(recorder.last_error, DiskFullError)
        assert "Free some space" in recorder.last_error.advice
    for happening in (synthesis_finished, run_finished):
        state.apply(happening)
        await recorder.record(begun.run_uid, happening, state)
    assert recorder.last_error is None
    assert runs.load(begun.run_uid).state.calls == state.calls


def test_errors_show_no_password_and_no_text_of_the_user(database):
    with pytest.raises(StorageError) as caught, database.writing() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:x)"), {"x": "my secret"})
    assert "my secret" not in repr(caught.value.__cause__)
    assert "my secret" not in str(caught.value.__cause__)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://user:hunter2@host/db",
        "mysql+pymysql://user:hunter2@host/db",
        "postgresql+asyncpg://user:hunter2@host/db",
        "postgresql+psycopg://user:hunter2@host",
        "postgresql+psycopg://user:hunter2@host:port/db",
    ],
)
def test_an_address_we_cannot_use_is_refused_in_words(url):
    with pytest.raises(ConfigError, match="DATABASE_URL") as caught:
        Database.open(url)
    assert "hunter2" not in str(caught.value)


def test_files_are_for_their_owner_only(url):
    database = Database.open(url)
    path = database.path
    Runs(database).begin(Question(QUESTION), mixture())
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert set(modes) >= {path.name, f"{path.name}-wal", f"{path.name}-shm"}
    assert set(modes.values()) == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    database.close()
