"""What is deleted for good is gone, and nothing else is."""

import shutil
from contextlib import closing

import pytest
from sqlalchemy import select, text, update

from moa_core.errors import ConfigError
from moa_core.messages import Question
from storage.__main__ import main
from storage.conversations.conversation_store import Conversations
from storage.database import sqlite
from storage.database.sessions import Database
from storage.errors import DatabaseLockedError, NotFoundError, RunsUnderWayError
from storage.history.conversation_list import ConversationList
from storage.history.search import Search
from storage.presets.preset_store import Presets
from storage.schema import ConversationRow, search_ddl_sqlite
from storage.upkeep.backup import back_up
from storage.upkeep.erase import copies, erase_everything
from storage.upkeep.retention import UNDO_DAYS, Retention, Tidied
from storage.values.times import DAY_MS, now_ms
from storage.votes.vote_store import Votes
from tests.storage.fabricated import mixture
from tests.storage.installation import content, fill
from tests.storage.kinds import sqlite_only
from tests.storage.rollup import difference
from tests.storage.written import Writer

pytestmark = pytest.mark.slow


@pytest.fixture
def retention(database) -> Retention:
    return Retention(database)


def aged(database: Database, title: str, days: float, **columns) -> str:
    """A conversation that was used last so many days ago, with one run."""
    writer = Writer(database)
    at = now_ms() - int(days * DAY_MS)
    uid = writer.conversation(title, title=title, **{"updated_at": at} | columns)
    with database.reading() as session:
        turn = session.scalar(
            text("SELECT uid FROM turns ORDER BY id DESC LIMIT 1")  # its only one
        )
    writer.run(turn, f"About {title}", answer=f"{title} it is")
    return uid


def titles(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(ConversationRow.title)))


def check_derived(database: Database) -> None:
    with database.writing() as session:
        assert difference(session) == 0
        if database.path is not None:
            for index in (
                search_ddl_sqlite.CALLS,
                search_ddl_sqlite.TURNS,
                search_ddl_sqlite.TITLES,
            ):
                check = (
                    f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"
                )
                session.execute(text(check))
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_nothing_goes_by_itself_until_that_is_asked_for(database, retention):
    aged(database, "Ancient", 4000)
    assert retention.days() is None
    assert retention.preview(None) == Tidied(0, 0)
    assert retention.tidy(retention.days()) == Tidied(0, 0)
    assert titles(database) == {"Ancient"}


def test_old_conversations_go_and_pinned_ones_stay(database, retention):
    for title, days in (("Old", 31), ("Older", 400), ("New", 29)):
        aged(database, title, days)
    pinned = aged(database, "Pinned", 400)
    ConversationList(database).pin(pinned)
    retention.set_days(30)
    assert retention.days() == 30
    assert retention.preview(30) == Tidied(2, 0)
    assert titles(database) == {"Old", "Older", "New", "Pinned"}
    assert retention.tidy(30) == Tidied(2, 0)
    assert titles(database) == {"New", "Pinned"}
    assert retention.preview(30) == Tidied(0, 0)
    assert Search(database).find("Older").hits == ()
    assert Search(database).find("Pinned").hits
    check_derived(database)


def test_a_conversation_that_is_being_answered_stays(database, runs, retention):
    runs.begin(Question("Still there?"), mixture())
    with database.writing() as session:
        session.execute(update(ConversationRow).values(updated_at=1))
    assert retention.preview(1) == Tidied(0, 0)
    assert retention.tidy(1) == Tidied(0, 0)
    assert titles(database) == {"Still there?"}


def test_what_was_deleted_can_be_brought_back_for_a_while(database, retention):
    conversations = Conversations(database)
    late, early = aged(database, "Late", 0), aged(database, "Early", 0)
    for uid in (late, early):
        conversations.delete(uid)
    deleted_at = now_ms() - (UNDO_DAYS + 1) * DAY_MS
    with database.writing() as session:
        session.execute(
            update(ConversationRow)
            .where(ConversationRow.uid == early)
            .values(deleted_at=deleted_at)
        )
    assert [each.uid for each in retention.bin()] == [late, early]
    assert retention.tidy(None) == Tidied(0, 1)
    conversations.restore(late)
    with pytest.raises(NotFoundError):
        conversations.restore(early)
    conversations.delete(late)
    assert retention.empty_bin() == 1
    assert titles(database) == set()
    check_derived(database)


def test_a_mixture_goes_with_the_last_that_used_it(database, retention):
    aged(database, "Old", 100)
    fill(database)
    before = {row["sha256"] for row in content(database)["configs"]}
    retention.tidy(50)
    used = {row["config_id"] for row in content(database)["runs"]}
    assert len(before) >= len(content(database)["configs"]) >= len(used)
    assert Presets(database).all()
    check_derived(database)


def test_votes_go_with_their_question(database, retention):
    fill(database)
    with database.writing() as session:
        session.execute(update(ConversationRow).values(updated_at=1, pinned_at=None))
    retention.tidy(1)
    assert Votes(database).all() == []
    assert content(database)["vote_sides"] == []
    check_derived(database)


def test_more_than_one_lot_goes_too(database, retention):
    for number in range(120):
        Writer(database).conversation(f"Old {number}", updated_at=1)
    assert retention.tidy(7) == Tidied(120, 0)


@pytest.mark.parametrize("days", [0, -1, 10**9, True, 1.5, "7"])
def test_what_is_no_number_of_days_is_refused(database, retention, days):
    with pytest.raises(ConfigError):
        retention.set_days(days)
    assert retention.days() is None


# Deleting everything


def test_after_deleting_everything_there_is_nothing_and_it_can_be_used(database):
    fill(database)
    erase_everything(database)
    assert {name for name, rows in content(database).items() if rows} == set()
    check_derived(database)
    fill(database)
    assert Search(database).find("capital").hits
    check_derived(database)


def test_while_somebody_is_answered_nothing_is_deleted(database, runs):
    runs.begin(Question("Still there?"), mixture())
    before = content(database)
    with pytest.raises(RunsUnderWayError):
        erase_everything(database)
    assert content(database) == before


SECRET = "zanzibarquartz"


def everywhere(folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@sqlite_only
def test_no_file_of_ours_has_the_text_any_more(database, tmp_path):
    """Not in a page, the log, the index of words, nor in a copy."""
    uid = aged(database, f"{SECRET} title", 0)
    for number in range(200):
        aged(database, f"Filler {number} {SECRET}", 0)
    Conversations(database).delete(uid)
    copy = back_up(f"sqlite:///{database.path}")
    before_migration = database.path.with_name(
        f"{database.path.name}.before-20260101-000000-from-0003"
    )
    shutil.copy(copy, before_migration)
    assert set(copies(database)) == {copy, before_migration}
    files = everywhere(tmp_path)
    assert sum(SECRET.encode() in data for data in files.values()) >= 3
    erased = erase_everything(database)
    assert set(erased.copies) == {copy, before_migration}
    assert erased.left == ()
    with database.reading() as session:  # it is still open, as in the app
        assert session.scalar(text("SELECT count(*) FROM turns")) == 0
    found = [
        name for name, data in everywhere(tmp_path).items() if SECRET.encode() in data
    ]
    assert found == []
    assert database.path.stat().st_size < len(files["data/polyphony.db"])


@sqlite_only
def test_who_reads_meanwhile_keeps_old_pages_and_that_is_said(
    monkeypatch, url, tmp_path
):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.2)
    database = Database.open(url)
    aged(database, SECRET, 0)
    with database.reading() as session:
        session.execute(text("SELECT count(*) FROM turns"))
        with pytest.raises(DatabaseLockedError, match="once more"):
            erase_everything(database)
    erase_everything(database)
    files = everywhere(tmp_path)
    assert [name for name, data in files.items() if SECRET.encode() in data] == []
    database.close()


@sqlite_only
def test_a_copy_that_was_cut_short_goes_too(database):
    cut = database.path.with_name(f"{database.path.name}.copying")
    cut.write_text(SECRET)
    back_up(f"sqlite:///{database.path}").with_suffix(".db.copying").write_text(SECRET)
    erase_everything(database)
    assert copies(database) == []
    assert not cut.exists()


@sqlite_only
def test_copies_can_stay_and_are_named(database):
    aged(database, "Anything", 0)
    copy = back_up(f"sqlite:///{database.path}")
    erased = erase_everything(database, with_copies=False)
    assert erased.copies == ()
    assert erased.left == (copy,)
    with closing(sqlite.driver().connect(str(copy))) as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (1,)


def test_the_commands_say_before_they_delete(database, url, monkeypatch, capsys):
    aged(database, "Old", 100)
    monkeypatch.setenv("DATABASE_URL", url)

    def storage(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["storage", *words])
        code = main()
        said = capsys.readouterr()
        return f"{code} {said.out}{said.err}"

    assert "0 Would delete: 1 conversation." in storage(
        "prune", "--days", "50", "--dry-run"
    )
    assert titles(database) == {"Old"}
    assert "0 Deleted: 1 conversation." in storage("prune", "--days", "50")
    aged(database, "Other", 1)
    assert storage("delete-everything").startswith("1 ")
    assert titles(database) == {"Other"}
    said = storage("delete-everything", "--confirm", "delete everything")
    assert "0 Deleted everything." in said
    assert titles(database) == set()
