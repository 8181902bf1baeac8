"""Whatever is wrong with the server: where, the next step, and never the password."""

import secrets
import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, func, make_url, select, text, update

from moa_core.errors import ConfigError
from storage.database.address import display_address, parse_url
from storage.database.sessions import Database
from storage.errors import (
    DatabaseEncodingError,
    DatabaseMissingError,
    LoginRefusedError,
    NotFoundError,
    RejectedError,
    ServerUnreachableError,
    StorageError,
    WritingRefusedError,
)
from storage.history.conversation_list import ConversationList
from storage.schema import ConfigRow, RunRow


@pytest.fixture
def url(postgresql):
    with postgresql.new_database() as url:
        yield url


@pytest.fixture
def guest(postgresql) -> Iterator[str]:
    """A user who may nothing and whose password is ``right``."""
    if not postgresql.ours:
        pytest.skip("the server that was named may let in anybody, or add no users")
    name = f"guest_{secrets.token_hex(4)}"
    postgresql.run(f"CREATE ROLE {name} LOGIN PASSWORD 'right'")
    yield name
    postgresql.run(f"DROP ROLE {name}")


def refusal(url: str, kind: type[StorageError]) -> StorageError:
    """Opening says what is wrong, where, and what to do, without the password."""
    with pytest.raises(kind) as caught:
        Database.open(url)
    error = caught.value
    assert type(error) is kind
    assert str(make_url(url).database) in str(error)
    assert error.advice
    assert "hunter2" not in f"{error} {error.advice} {error!r}"
    return error


def test_a_server_that_does_not_answer_is_named(url):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens here
        port = taken.getsockname()[1]
        error = refusal(
            f"postgresql+psycopg://me:hunter2@127.0.0.1:{port}/polyphony",
            ServerUnreachableError,
        )
    assert f"127.0.0.1:{port}" in str(error)
    assert "PostgreSQL is running" in error.advice


def test_a_wrong_password_is_said_to_be_one(guest, url):
    given = make_url(url).set(username=guest, password="hunter2")
    error = refusal(given.render_as_string(hide_password=False), LoginRefusedError)
    assert "%40" in error.advice


def test_a_database_that_does_not_exist_is_said_not_to(url):
    nowhere = make_url(url).set(database="nowhere").render_as_string(False)
    error = refusal(nowhere, DatabaseMissingError)
    assert "createdb" in error.advice


def test_a_user_who_may_not_create_tables_is_told_so(guest, postgresql):
    with postgresql.new_database("template0") as url:
        given = make_url(url).set(username=guest, password="right")
        refusal(given.render_as_string(hide_password=False), WritingRefusedError)


def test_a_server_that_only_lets_read_is_refused(url, postgresql):
    name = make_url(url).database
    postgresql.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    refusal(url, WritingRefusedError)


def test_a_database_that_cannot_hold_every_language_is_refused(postgresql):
    name = f"polyphony_test_{secrets.token_hex(4)}"
    postgresql.run(
        f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
    )
    try:
        error = refusal(postgresql.address(name), DatabaseEncodingError)
        assert "LATIN1" in str(error)
    finally:
        postgresql.run(f"DROP DATABASE {name}")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_usual_spelling_of_the_address_works(url, scheme):
    database = Database.open(url.replace("postgresql+psycopg", scheme))
    assert ConversationList(database).newest() == []
    database.close()


def test_where_the_data_is_can_be_shown(database):
    shown = parse_url(
        "postgresql+psycopg://me:hunter2@db.example.org:5433/chat"
        "?sslmode=require&password=hunter2"
    )
    assert display_address(shown) == "postgresql://me@db.example.org:5433/chat"
    assert database.path is None
    assert make_url(database.place).database in repr(database)


def test_an_address_without_a_database_is_refused_in_words(url):
    with pytest.raises(ConfigError, match="name the database"):
        Database.open("postgresql+psycopg://me:hunter2@127.0.0.1/")


def test_what_was_refused_says_nothing_of_what_users_wrote(database):
    mixtures = [ConfigRow(sha256="my secret", config={}) for _ in range(2)]
    with pytest.raises(RejectedError) as caught, database.writing() as session:
        session.add_all(mixtures)
    assert "my secret" not in str(caught.value)


def test_a_connection_that_is_cut_in_a_transaction_is_told_in_words(
    database, postgresql
):
    def cut_while_writing() -> None:
        with database.writing() as session:
            pid = session.scalar(select(func.pg_backend_pid()))
            postgresql.run(f"SELECT pg_terminate_backend({pid})")
            session.execute(update(RunRow).values(worker="x"))

    with pytest.raises(ServerUnreachableError):
        cut_while_writing()


@pytest.mark.parametrize("uid", ["\0", "\ud800", "' OR 1=1 --", "x" * 10_000])
def test_an_address_bar_may_hold_anything(conversations, runs, uid):
    for look in (conversations.load, runs.load):
        with pytest.raises(NotFoundError):
            look(uid)


def test_a_database_beside_other_schemas_is_fine(url):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA other CREATE TABLE photos (id int)"))
    engine.dispose()
    database = Database.open(url)
    assert ConversationList(database).newest() == []
    database.close()
