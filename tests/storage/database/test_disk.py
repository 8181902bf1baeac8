"""A limit on the size of files, a quota and a failing disk are said in words."""

import asyncio
import errno
import os

import pytest

from moa_core.messages import Question
from moa_core.run.run_state import RunState
from storage.database import disk
from storage.database.error_translation import (
    translate,
    translate_copying,
    translate_writing,
)
from storage.database.sessions import Database
from storage.database.sqlite import driver
from storage.errors import (
    DatabaseReadOnlyError,
    DiskFailedError,
    DiskFullError,
    NoRoomForCopyError,
)
from storage.history.conversation_list import ConversationList
from storage.recording.runs import Runs
from storage.upkeep.backup import back_up
from storage.upkeep.erase import erase_everything
from tests.storage.fabricated import Storyteller, mixture
from tests.storage.kinds import sqlite_only
from tests.support.file_limit import no_larger_files_than
from tests.support.new_database import copy_new_file

PAGE = 4096


def raised(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
        (errno.EFBIG, DiskFullError),
        (errno.EROFS, DatabaseReadOnlyError),
        (errno.EIO, DiskFailedError),
    ],
)
def test_what_sqlite_does_not_pass_on_is_found_out(tmp_path, monkeypatch, number, kind):
    path = tmp_path / "polyphony.db"
    failed = driver().OperationalError("disk I/O error")
    monkeypatch.setattr(
        "storage.database.error_translation.why_not_written", lambda _: raised(number)
    )
    assert type(translate(failed, path)) is kind
    assert type(translate(raised(number), path)) is kind
    if kind is DiskFullError:
        for translated in (translate_copying, translate_writing):
            assert type(translated(raised(number), path)) is NoRoomForCopyError
    quota = str(translate(raised(errno.EDQUOT), path))
    assert quota == f"The disk that holds {path} is full: Disk quota exceeded."


def test_where_a_little_can_be_written_the_disk_has_failed(tmp_path):
    failed = driver().OperationalError("disk I/O error")
    path = tmp_path / "polyphony.db"
    assert disk.why_not_written(path) is None
    assert type(translate(failed, path)) is DiskFailedError
    assert list(tmp_path.iterdir()) == []


def test_no_run_begins_near_the_limit_on_the_size_of_files(tmp_path):
    path = copy_new_file(tmp_path / "polyphony.db")
    database = Database.open(f"sqlite:///{path}")
    with (
        no_larger_files_than(path.stat().st_size + 5 * 1024**2),
        pytest.raises(DiskFullError, match=f"{path} is full: 5 MB left"),
    ):
        Runs(database).begin(Question("Why?"), mixture())
    Runs(database).begin(Question("Why?"), mixture())
    database.close()


@sqlite_only
@pytest.mark.slow
async def test_a_run_that_meets_the_limit_is_kept_when_it_is_raised(
    database, runs, recorder
):
    config = mixture()
    begun = runs.begin(Question("Is this kept?"), config)
    state = RunState(config)
    events = list(Storyteller(config).tell())
    with no_larger_files_than(PAGE):
        for happening in events[:-1]:
            state.apply(happening)
            await recorder.record(begun.run_uid, happening, state)
        state.apply(events[-1])
        ending = asyncio.ensure_future(
            recorder.record(begun.run_uid, events[-1], state)
        )
        while recorder.last_error is None:  # noqa: ASYNC110 - another thread sets it
            await asyncio.sleep(0.01)
        assert isinstance(recorder.last_error, DiskFullError)
        assert "no file may be larger than 0 MB (ulimit -f)" in str(recorder.last_error)
        assert "kept and saved then" in recorder.last_error.advice
        assert not ending.done()
    await ending
    assert recorder.last_error is None
    assert runs.load(begun.run_uid).state.calls == state.calls


@pytest.mark.slow
def test_commands_say_that_there_is_no_room_and_change_nothing(tmp_path):
    path = copy_new_file(tmp_path / "polyphony.db")
    url = f"sqlite:///{path}"
    database = Database.open(url)
    with no_larger_files_than(PAGE):
        with pytest.raises(NoRoomForCopyError, match="ulimit"):
            back_up(url)
        with pytest.raises(DiskFullError, match="ulimit"):
            erase_everything(database)
        with pytest.raises(DiskFullError, match="ulimit"):
            Database.open(f"sqlite:///{tmp_path}/new.db")
    assert ConversationList(database).newest() == []
    erase_everything(database)
    database.close()
    Database.open(f"sqlite:///{tmp_path}/new.db").close()
    backups = tmp_path / "backups"
    assert list(backups.iterdir()) == []
