"""Who signs in is registered once, and has a database that nobody else reads."""

import re
import stat
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from moa_core.errors import ConfigError
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET
from storage.database import parse_url
from storage.database.sessions import Database
from storage.errors import NotFoundError, StorageError
from storage.history.conversation_list import ConversationList
from storage.people import People, person_database
from storage.recording.runs import Runs
from storage.settings import NO_CAPS, Caps
from tests.storage.kinds import sqlite_only

ADA, BOB = ("oidc:https://id.example#1", "oidc:https://id.example#2")


@pytest.fixture
def people(database):
    return People(database)


@pytest.fixture
def opened(url, request):
    """Opens the database of a person; on a server its schema goes with the test."""

    def open_(person):
        database = Database.open(person_database(url, person))
        request.addfinalizer(lambda: leave(database))
        return database

    def leave(database):
        if database.path is None:
            with database.writing() as session:
                schema = session.scalar(text("SELECT current_schema()"))
                session.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        database.close()

    return open_


def test_who_signs_in_is_somebody_new_once(people):
    first = people.signed_in(ADA, "ada@example.org", "user")
    again = people.signed_in(ADA, "ada@example.org", "user")
    assert first == again == people.get(first.uid)
    assert [each.person for each in people.list()] == [first]


def test_a_new_address_is_shown_and_nobody_new(people):
    first = people.signed_in(ADA, "ada@example.org", "user")
    married = people.signed_in(ADA, "ada@other.org", "user")
    assert married == replace(first, shown="ada@other.org")


def test_what_is_shown_is_one_short_line(people):
    person = people.signed_in(ADA, "a\n\0" + "x" * 900, "user")
    assert person.shown.startswith("a ")
    assert len(person.shown) == 200


def test_the_first_administrator_has_the_main_database(people):
    user = people.signed_in(ADA, "ada", "user")
    first = people.signed_in(BOB, "bob", "administrator")
    second = people.signed_in("proxy:eve", "eve", "administrator")
    assert [each.owns_main for each in (user, first, second)] == [False, True, False]
    assert people.main_owner() == first
    assert [each.owner for each in (user, first)] == [user.uid, ""]


def test_who_becomes_the_first_administrator_takes_the_main_database(people):
    assert not people.signed_in(ADA, "ada", "user").owns_main
    assert people.main_owner() is None
    assert people.signed_in(ADA, "ada", "administrator").owns_main
    assert people.signed_in(ADA, "ada", "user").owns_main  # it stays


def test_a_blocked_person_stays_blocked(people):
    person = people.signed_in(ADA, "ada", "administrator")
    people.block(person.uid)
    back = people.signed_in(ADA, "ada", "administrator")
    assert back.blocked
    assert not back.administers
    people.unblock(person.uid)
    assert people.signed_in(ADA, "ada", "administrator") == person


def test_a_blocked_person_takes_no_main_database(people):
    person = people.signed_in(ADA, "ada", "user")
    people.block(person.uid)
    assert not people.signed_in(ADA, "ada", "administrator").owns_main
    assert people.main_owner() is None


def test_who_was_removed_is_somebody_new(people):
    person = people.signed_in(ADA, "ada", "user")
    people.begin_removing(person.uid)
    assert people.signed_in(ADA, "ada", "user").blocked
    people.remove(person.uid)
    with pytest.raises(NotFoundError):
        people.get(person.uid)
    assert people.signed_in(ADA, "ada", "user").uid != person.uid


def test_removing_can_be_taken_back(people):
    person = people.signed_in(ADA, "ada", "user")
    people.begin_removing(person.uid)
    people.keep(person.uid)
    assert not people.get(person.uid).blocked


def test_caps_of_an_administrator_are_kept(people):
    person = people.signed_in(ADA, "ada", "administrator")
    assert people.caps(person.owner) == NO_CAPS
    caps = Caps(per_month_usd=Decimal("12.5"))
    people.set_caps(person.uid, caps)
    assert people.caps(person.owner) == caps == people.list()[0].caps


@pytest.mark.parametrize(
    "change", ["get", "block", "unblock", "remove", "begin_removing", "keep"]
)
def test_nobody_is_found_by_a_strange_uid(people, change):
    with pytest.raises(NotFoundError):
        getattr(people, change)("0" * 32)


def test_people_are_found_by_what_they_are_shown_as(people):
    ada = people.signed_in(ADA, "Ada@Example.org", "user")
    people.signed_in(BOB, "bob", "user")
    assert people.named("ada@example.ORG") == people.named(ada.uid) == [ada]
    assert people.named("nobody") == []


def test_a_person_reads_and_writes_a_database_of_their_own(people, opened, database):
    here = Runs(database).begin(Question("Mine?"), DEFAULT_PRESET.config)
    ada, bob = (opened(people.signed_in(who, who, "user")) for who in (ADA, BOB))
    begun = Runs(ada).begin(Question("And mine?"), DEFAULT_PRESET.config)
    assert [e.title for e in ConversationList(ada).newest()] == ["And mine?"]
    assert ConversationList(bob).newest() == []
    for other in (bob, database):
        with pytest.raises(NotFoundError):
            Runs(other).load(begun.run_uid)
    with pytest.raises(NotFoundError):
        Runs(ada).load(here.run_uid)


def test_a_missing_table_is_never_found_in_another_database(people, opened):
    ada = opened(people.signed_in(ADA, "ada", "user"))
    with ada.writing() as session:
        session.execute(text("DROP TABLE recorded_judgements"))
    refused = pytest.raises(StorageError, match="recorded_judgements")
    with refused, ada.reading() as session:
        session.execute(text("SELECT * FROM recorded_judgements"))


def test_the_owner_of_the_main_database_is_at_its_address(people, url):
    assert person_database(url, people.signed_in(ADA, "ada", "administrator")) == url


@sqlite_only
def test_a_file_of_a_person_is_private(people, opened, database):
    file = opened(people.signed_in(ADA, "ada", "user")).path
    assert file.parent == database.path.parent / "people"
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@sqlite_only
def test_a_link_to_the_main_file_leads_to_the_people_too(people, url, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(Path(make_url(url).database))
    person = people.signed_in(ADA, "ada", "user")
    assert person_database(f"sqlite:///{link}", person) == person_database(url, person)


SERVER = "postgresql+psycopg://me:p%40ss@host/base"


def test_a_schema_keeps_the_rest_of_the_address(people):
    person = people.signed_in(ADA, "ada", "user")
    url = person_database(f"{SERVER}?sslmode=require", person)
    assert url == f"{SERVER}?schema=person_{person.uid}&sslmode=require"


@pytest.mark.parametrize("name", ["public;", "Größe", "a b", "x" * 64])
def test_a_schema_has_a_plain_name(name):
    with pytest.raises(ConfigError, match=re.escape("?schema=polyphony")):
        parse_url(f"{SERVER}?schema={name}")
