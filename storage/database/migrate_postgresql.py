"""Brings a database on a server up to date; a newer one is left alone.

One process at a time holds an advisory lock; what is missing is applied in one
transaction, so a start that is killed leaves everything as it was. Copies are the
server's business (``pg_dump``).
"""

import logging
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool
from sqlalchemy.exc import DBAPIError

from storage.database import postgresql
from storage.database.address import display_address, schema_of
from storage.database.coordination import advisory_lock
from storage.database.error_translation import translate
from storage.database.revisions import (
    NOTED,
    announce,
    applied,
    apply,
    names,
    refuse_foreign,
)
from storage.errors import DatabaseEncodingError, WritingRefusedError

_log = logging.getLogger(__name__)

LOCK_TIMEOUT_S = 120

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


def migrate_server(url: URL, versions: Path) -> None:
    """Create our tables in a database, or bring them up to date.

    Args:
        url: ``postgresql+psycopg://...``; the database itself must exist.
        versions: Folder of the migrations, oldest first by name.

    Raises:
        StorageError: It cannot be reached, is not ours, newer, or cannot be written.
            Nothing was changed.
    """
    place, known = display_address(url), names(versions)
    try:
        _create_schema(url)
        engine = postgresql.postgresql_engine(url, pool=NullPool)
        with engine.begin() as connection:
            _check_server(connection, place)
            if _revision(connection, known, place) == known[-1]:
                return
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'")
            advisory_lock(connection, "migrations")
            revision = _revision(connection, known, place)
            if revision == known[-1]:
                return  # another process was first
            if revision is not None:
                announce(place)
            apply(connection, versions)
    except DBAPIError as error:
        raise translate(error, place) from error
    if revision is not None:
        _log.warning("The database is up to date: %s", place)


def _create_schema(url: URL) -> None:
    """Make the schema that ``url`` names, if it names one that is not there."""
    schema = schema_of(url)
    if schema is None:
        return
    engine = postgresql.postgresql_engine(url, pool=NullPool)
    with engine.begin() as connection:
        if connection.exec_driver_sql("SELECT current_schema()").scalar_one() is None:
            advisory_lock(connection, "migrations")
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')


def _check_server(connection: Connection, place: str) -> None:
    """Find a server that will not do now, not with the first answer."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise DatabaseEncodingError(place, f"it is {encoding}")
    read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar_one()
    if read_only == "on":
        raise WritingRefusedError(place, "the server only lets it be read")


def _revision(connection: Connection, known: list[str], place: str) -> str | None:
    """Look without touching: which migration was applied last, ``None`` if none.

    Raises:
        StorageError: The database is one that we must not touch.
    """
    tables = connection.exec_driver_sql(_TABLES).scalars().all()
    if not tables:
        return None
    refuse_foreign(tables, place)
    return applied(connection.exec_driver_sql(NOTED).scalars().all(), known, place)
