"""What the user points at is written, whole or not at all, and never replaced."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from storage.__main__ import main
from storage.database.sessions import Database
from storage.errors import FileNotWrittenError, NoRoomForCopyError
from storage.transfer.write_whole import write_whole
from tests.support.file_limit import no_larger_files_than
from tests.support.new_database import copy_new_file

ROOT = Path(__file__).parents[3]
OLD, NEW = "what was there\n" * 9, "a line\n" * 3000
LINES = NEW.splitlines(keepends=True)


@pytest.fixture
def file(tmp_path) -> Path:
    """A file with something in it."""
    path = tmp_path / "all.json"
    path.write_text(OLD)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@contextmanager
def reading(fifo: Path):
    """Read a FIFO in a thread; gives a list with what it had when it was closed."""
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_text()))
    reader.start()
    yield got
    reader.join()


def test_a_new_file_and_its_folder_are_for_their_owner_only(tmp_path):
    path = tmp_path / "new" / "all.json"
    assert write_whole(path, LINES) is False
    assert path.read_text() == NEW
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )


@pytest.mark.parametrize("links", [1, 2])
def test_what_a_symbolic_link_leads_to_is_written(tmp_path, file, links):
    path = file
    for number in range(links):
        link = tmp_path / f"link{number}"
        link.symlink_to(path.name if number else path)
        path = link
    write_whole(path, LINES)
    assert path.is_symlink()
    assert file.read_text() == NEW
    assert names(tmp_path) == {file.name, *(f"link{n}" for n in range(links))}


def test_a_link_to_nothing_makes_the_file_but_no_folder(tmp_path):
    link, far = tmp_path / "link", tmp_path / "far"
    link.symlink_to(tmp_path / "there.json")
    write_whole(link, LINES)
    assert link.is_symlink()
    assert (tmp_path / "there.json").read_text() == NEW
    far.symlink_to(tmp_path / "no disk" / "there.json")
    with pytest.raises(FileNotWrittenError, match="far cannot be written: No such"):
        write_whole(far, LINES)
    assert far.is_symlink()


def test_every_name_of_a_file_has_the_new_text(tmp_path, file):
    other = tmp_path / "other.json"
    other.hardlink_to(file)
    for text in (NEW, OLD):
        write_whole(other, text.splitlines(keepends=True))
        assert file.read_text() == other.read_text() == text
    assert names(tmp_path) == {file.name, other.name}


def test_a_fifo_gets_the_text_and_stays_one(tmp_path):
    fifo, link = tmp_path / "fifo", tmp_path / "link"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    for path in (fifo, link):
        with reading(fifo) as got:
            assert write_whole(path, LINES) is True
        assert got == [NEW]
    assert fifo.is_fifo()
    assert names(tmp_path) == {"fifo", "link"}


def test_a_fifo_whose_reader_goes_away_says_so(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: fifo.open("rb").close())
    reader.start()
    with pytest.raises(
        FileNotWrittenError, match="fifo cannot be written: Broken pipe"
    ):
        write_whole(fifo, LINES * 100)
    reader.join()
    assert fifo.is_fifo()


def test_devices_get_the_text_and_stay_devices(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(os.devnull)
    assert write_whole(Path(os.devnull), LINES)
    assert write_whole(link, LINES)
    assert Path(os.devnull).is_char_device()
    if Path("/dev/full").is_char_device():
        with pytest.raises(NoRoomForCopyError, match="/dev/full"):
            write_whole(Path("/dev/full"), LINES)
        assert Path("/dev/full").is_char_device()


def test_what_is_open_goes_on_where_it_stands(tmp_path):
    path = tmp_path / "out"
    with path.open("wb", buffering=0) as out:
        link = tmp_path / "link"
        link.symlink_to(f"/dev/fd/{out.fileno()}")
        for target in (link, link.readlink(), Path(f"/proc/self/fd/{out.fileno()}")):
            out.write(b"before\n")
            assert write_whole(target, ["a line\n"]) is True
        out.write(b"after\n")
    assert path.read_text() == "before\na line\n" * 3 + "after\n"
    assert names(tmp_path) == {"out", "link"}


def test_a_folder_is_refused_by_name(tmp_path):
    with pytest.raises(FileNotWrittenError, match="it is a folder") as caught:
        write_whole(tmp_path, LINES)
    assert str(tmp_path) in str(caught.value)
    assert "Choose another file" in caught.value.advice
    assert names(tmp_path) == set()


def test_a_name_that_is_too_long_is_refused_and_the_longest_is_not(tmp_path):
    with pytest.raises(FileNotWrittenError, match="too long"):
        write_whole(tmp_path / ("é" * 200), LINES)
    longest = tmp_path / ("é" * 127)
    write_whole(longest, LINES)
    assert names(tmp_path) == {longest.name}


def test_a_file_or_folder_that_may_not_be_written_is_refused(as_nobody):
    file = as_nobody / "all.json"
    file.write_text(OLD)
    file.chmod(0o444)
    with pytest.raises(FileNotWrittenError, match=r"all\.json.*Permission denied"):
        write_whole(file, LINES)
    file.chmod(0o600)
    as_nobody.chmod(0o555)
    for name in ("all.json", "new.json", "folder/new.json"):
        with pytest.raises(FileNotWrittenError, match=r"\.json cannot be written"):
            write_whole(as_nobody / name, LINES)
    assert file.read_text() == OLD


def test_a_file_in_place_of_a_folder_and_links_in_a_circle_are_refused(tmp_path, file):
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    for path in (file / "all.json", circle):
        with pytest.raises(FileNotWrittenError, match="cannot be written"):
            write_whole(path, LINES)
    assert file.read_text() == OLD


def test_a_database_is_never_taken_for_a_target(tmp_path):
    path = copy_new_file(tmp_path / "polyphony.db")
    before = path.read_bytes()
    for name in ("", "-wal", "-shm", "-journal", ".lock"):
        with pytest.raises(FileNotWrittenError, match="it is a database"):
            write_whole(Path(f"{path}{name}"), LINES)
    assert path.read_bytes() == before
    assert names(tmp_path) == {path.name}


def test_what_breaks_off_leaves_what_was_there(tmp_path, file):
    other = tmp_path / "other.json"

    def broken():
        yield from LINES
        raise OSError(5, "Input/output error")

    for links in (1, 2):
        with pytest.raises(FileNotWrittenError, match="Input/output error"):
            write_whole(file, broken())
        assert file.read_text() == OLD
        if links == 1:
            other.hardlink_to(file)
    assert names(tmp_path) == {file.name, other.name}


@pytest.mark.parametrize("name", ["new.json", "all.json", "hard.json"])
def test_a_limit_on_the_size_of_files_is_said_as_a_full_disk(tmp_path, file, name):
    (tmp_path / "hard.json").hardlink_to(file)
    if name == "all.json":
        (tmp_path / "hard.json").unlink()
    with no_larger_files_than(8192), pytest.raises(NoRoomForCopyError):
        write_whole(tmp_path / name, LINES)
    assert file.read_text() == OLD
    assert not [each for each in names(tmp_path) if each.endswith(".part")]


def test_what_a_killed_export_left_goes_with_the_next_one(tmp_path):
    killed, young, taken, foreign = (
        tmp_path / name
        for name in (
            ".all.json-abc.part",
            ".all.json-def.part",
            ".all.json-ghi.part",
            "all.json.part",
        )
    )
    for path in (killed, young, taken, foreign):
        path.write_text(OLD)
    for path in (killed, taken, foreign):
        os.utime(path, (0, time.time() - 60))
    with taken.open() as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        write_whole(tmp_path / "all.json", LINES)
    assert names(tmp_path) == {"all.json", young.name, taken.name, foreign.name}


@pytest.mark.slow
def test_the_command_exports_to_standard_output_as_json_alone(tmp_path):
    path = copy_new_file(tmp_path / "polyphony.db")
    done = subprocess.run(
        [sys.executable, "-m", "storage", "export", "-"],
        capture_output=True,
        cwd=ROOT,
        text=True,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{path}"},
    )
    assert done.stdout.startswith('{"format":"polyphony-export"')
    assert done.stdout.endswith("}}\n")
    assert done.stderr == "In /dev/stdout: nothing.\n"


@pytest.mark.slow
@pytest.mark.parametrize("what", ["moa_core --list-presets", "storage backup"])
def test_a_standard_output_that_is_full_is_said(tmp_path, what):
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full")
    path = copy_new_file(tmp_path / "polyphony.db")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", *what.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{path}"},
        )
    assert done.returncode == 1
    assert done.stderr.endswith("output cannot be written: No space left on device.\n")
    assert done.stderr.count("\n") == 1


def test_the_command_says_which_file_it_could_not_write(tmp_path, monkeypatch, capsys):
    path = copy_new_file(tmp_path / "polyphony.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    assert main(["export", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert (
        f"The file {tmp_path} cannot be written: it is a folder. Choose another" in said
    )
    assert main(["export", str(path)]) == 1
    with suppress(OSError):
        Database.open(f"sqlite:///{path}").close()
