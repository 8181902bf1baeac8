"""A symbolic link to the database means its file, in every command."""

from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from moa_core.errors import ConfigError
from moa_core.messages import Question
from storage.__main__ import main
from storage.database.migrate import backups, migrate
from storage.database.sessions import Database
from storage.errors import DatabaseUnreachableError
from storage.recording.runs import Runs
from storage.upkeep.erase import CONFIRMATION, copies
from tests.storage.fabricated import mixture
from tests.storage.installation import content
from tests.storage.versions import newer_versions
from tests.support.new_database import copy_new_file

SECRET = "Where is the treasure buried?"


@pytest.fixture
def real(tmp_path) -> Path:
    """The file, with a question in it."""
    path = tmp_path / "disk" / "real.db"
    path.parent.mkdir()
    copy_new_file(path)
    database = Database.open(f"sqlite:///{path}")
    Runs(database).begin(Question(SECRET), mixture())
    with database.writing() as session:
        session.execute(text("UPDATE runs SET status = 'failed'"))
    database.close()
    return path


@pytest.fixture
def link(tmp_path, real) -> Path:
    """A link to a link to it, in a folder of its own."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "near.db").symlink_to(real)
    (folder / "polyphony.db").symlink_to("near.db")
    return folder / "polyphony.db"


@pytest.fixture
def command(link, monkeypatch):
    """Does what `python -m storage` does, with the link in DATABASE_URL."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{link}")
    return lambda *arguments: main([str(each) for each in arguments])


def questions(path: Path) -> list[str]:
    database = Database.open(f"sqlite:///{path}")
    found = [row["question"] for row in content(database)["turns"]]
    database.close()
    return found


def holds(path: Path, what: str) -> bool:
    """Whether a text stands anywhere in the bytes of a file or folder."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return any(what.encode() in file.read_bytes() for file in files)


def test_everything_is_deleted_in_the_file_and_in_every_copy(
    command, link, real, tmp_path
):
    assert command("backup") == 0
    beside_link = link.with_name("polyphony.db.before-20260101-000000-from-0005")
    beside_link.write_bytes(real.read_bytes())
    assert holds(real, SECRET)
    assert command("delete-everything", "--confirm", CONFIRMATION) == 0
    assert not holds(tmp_path, SECRET)
    assert link.is_symlink()
    assert questions(link) == []


def test_a_backup_stands_beside_the_file_and_a_restore_keeps_the_link(
    command, link, real, capsys
):
    assert command("backup") == 0
    [copy] = (real.parent / "backups").iterdir()
    assert str(copy) in capsys.readouterr().out
    assert command("delete-everything", "--confirm", CONFIRMATION, "--keep-copies") == 0
    linked_copy = link.with_name("copy.db")
    linked_copy.symlink_to(copy)
    assert command("restore", linked_copy) == 0
    assert link.is_symlink()
    assert linked_copy.is_symlink()
    assert questions(real) == questions(link) == [SECRET]


def test_a_restore_through_a_link_to_nothing_makes_its_file(command, link, real):
    assert command("backup") == 0
    [copy] = (real.parent / "backups").iterdir()
    real.unlink()
    assert command("restore", copy) == 0
    assert link.is_symlink()
    assert questions(real) == [SECRET]


def test_a_migration_copies_the_file_beside_it(link, real, tmp_path):
    migrate(make_url(f"sqlite:///{link}"), newer_versions(tmp_path))
    [copy] = backups(real)
    assert holds(copy, SECRET)
    assert backups(link) == []
    assert link.is_symlink()


def test_both_names_wait_for_the_same_lock_and_show_the_same_copies(link, real):
    one, other = (Database.open(f"sqlite:///{path}") for path in (link, real))
    assert one.path == other.path == real
    assert copies(one) == copies(other) == []
    assert real.with_name("real.db.lock").exists()
    assert not link.with_name("polyphony.db.lock").exists()
    one.close()
    other.close()


def test_links_in_a_circle_are_refused_in_words(tmp_path):
    circle = tmp_path / "circle.db"
    circle.symlink_to(circle)
    with pytest.raises((DatabaseUnreachableError, ConfigError), match=r"circle\.db"):
        Database.open(f"sqlite:///{circle}")
