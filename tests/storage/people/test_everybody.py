"""What is done to an installation is done to everybody's data, or to one person's."""

import gzip
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from moa_core.errors import ConfigError
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET
from storage.__main__ import main
from storage.database.migrate import backups, migrate
from storage.database.sessions import Database
from storage.errors import DatabaseNewerError
from storage.history.conversation_list import ConversationList
from storage.people import People, person_database
from storage.recording.runs import Runs
from storage.upkeep import back_up, erase_person, restore, separate_databases
from storage.upkeep.everybody import url_of_person
from tests.storage.kinds import sqlite_only
from tests.storage.versions import first_versions

OLD = Path(__file__).parents[2] / "data" / "version_0_1_0" / "polyphony.db.gz"


@pytest.fixture
def people(database):
    return People(database)


@pytest.fixture
def ada(people, url, database):
    people.signed_in("proxy:root", "root", "administrator")
    person = people.signed_in("proxy:ada", "ada@example.org", "user")
    yield person
    if database.path is None:
        with database.writing() as session:
            session.execute(text(f"DROP SCHEMA IF EXISTS person_{person.uid} CASCADE"))


def ask(url, question):
    with closing(Database.open(url)) as database:
        run = Runs(database).begin(Question(question), DEFAULT_PRESET.config)
        with database.writing() as session:
            session.execute(text("UPDATE runs SET status = 'failed'"))
        return run


def titles(url):
    with closing(Database.open(url)) as database:
        return [each.title for each in ConversationList(database).newest()]


@pytest.fixture
def command(url, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", url)

    def run(*words):
        code = main(list(words), "polyphony")
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_command_is_about_the_person_that_is_named(command, ada, url, tmp_path):
    ask(url, "The administrator's")
    ask(person_database(url, ada), "Ada's")
    code, _ = command("export", "--person", "ADA@example.org", str(tmp_path / "a.json"))
    assert code == 0
    exported = (tmp_path / "a.json").read_text("utf-8")
    assert "Ada's" in exported
    assert "administrator's" not in exported


def test_nobody_is_called_so(command, ada):
    code, said = command("prune", "--days", "3", "--person", "eve")
    assert code == 1
    assert "Nobody has signed in here as eve" in said


def test_two_are_called_the_same(people, ada, url):
    people.signed_in("proxy:other", "ada@example.org", "user")
    with pytest.raises(ConfigError, match="2 people are called"):
        url_of_person(url, "ada@example.org")


def test_people_are_listed(command, ada):
    code, said = command("people")
    assert code == 0
    assert f"{ada.uid}  " in said
    assert "user  ada@example.org" in said
    assert "administrator  main database  root" in said


def test_everything_of_everybody_is_deleted(command, ada, url):
    for each in (url, person_database(url, ada)):
        ask(each, "Why?")
    assert command("delete-everything", "--confirm", "delete everything")[0] == 0
    assert titles(url) == titles(person_database(url, ada)) == []
    assert [person for person, _ in separate_databases(url)] == [ada]


def test_a_person_is_deleted_and_nobody_else(people, ada, url):
    ask(url, "The administrator's")
    ask(person_database(url, ada), "Ada's")
    people.begin_removing(ada.uid)
    erase_person(url, ada, people)
    assert [each.person.shown for each in people.list()] == ["root"]
    assert list(separate_databases(url)) == []
    assert titles(url) == ["The administrator's"]


@sqlite_only
def test_a_backup_has_everybody_and_puts_everybody_back(ada, url, database):
    theirs = person_database(url, ada)
    ask(url, "The administrator's")
    ask(theirs, "Ada's")
    copy = back_up(url)
    for each in (url, theirs):
        ask(each, "Later")
    database.close()
    restore(url, copy)
    assert titles(url) == ["The administrator's"]
    assert titles(theirs) == ["Ada's"]


@sqlite_only
def test_the_copies_of_a_person_go_with_the_person(people, ada, url, database):
    theirs = person_database(url, ada)
    ask(theirs, "Ada's")
    back_up(url)
    back_up(theirs)
    people.begin_removing(ada.uid)
    erase_person(url, ada, people)
    left = database.path.parent.rglob(f"*{ada.uid}*")
    assert [each for each in left if each.is_file()] == []


def test_a_database_of_an_earlier_version_is_the_first_administrators(tmp_path):
    file = tmp_path / "old.db"
    file.write_bytes(gzip.decompress(OLD.read_bytes()))
    url = f"sqlite:///{file}"
    before = titles(url)
    assert before
    with closing(Database.open(url)) as database:
        people = People(database)
        user = people.signed_in("proxy:ada", "ada", "user")
        root = people.signed_in("proxy:root", "root", "administrator")
    assert titles(person_database(url, root)) == before
    assert titles(person_database(url, user)) == []


BEFORE_PEOPLE = tuple(f"{number:04}" for number in range(1, 21))


def test_what_was_there_before_people_is_the_first_administrators(
    request, tmp_path, url
):
    """On both kinds of database, from the version before there were people."""
    versions = first_versions(tmp_path, *BEFORE_PEOPLE)
    if url.startswith("sqlite"):
        old = f"sqlite:///{tmp_path}/before.db"
        check_first_administrator(old, versions)
    else:
        server = request.getfixturevalue("postgresql")
        with server.new_database("template0") as old:
            check_first_administrator(old, versions)


def check_first_administrator(url, versions):
    migrate(make_url(url), versions)
    with closing(Database.open(url)) as database:
        people = People(database)
        assert people.list() == []
        ask(url, "From before")
        root = people.signed_in("proxy:root", "root", "administrator")
    assert titles(person_database(url, root)) == ["From before"]


def test_a_persons_database_of_an_earlier_version_is_brought_up_to_date(
    ada, url, tmp_path
):
    theirs = make_url(person_database(url, ada))
    migrate(theirs, first_versions(tmp_path, *BEFORE_PEOPLE))
    run = ask(person_database(url, ada), "From before")
    with closing(Database.open(person_database(url, ada))) as database:
        assert Runs(database).load(run.run_uid)
    if url.startswith("sqlite"):
        [copy] = backups(Path(theirs.database))
        assert copy.name.endswith("-from-0020")
        assert copy.parent.name == "people"


def test_a_persons_database_of_a_newer_version_is_left_alone(ada, url):
    theirs = person_database(url, ada)
    with closing(Database.open(theirs)) as database, database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewerError):
        Database.open(theirs)
