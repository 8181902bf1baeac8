"""Tells whether a database is there, and deletes one for good.

Only of databases that have a file or a schema to themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, NullPool
from sqlalchemy.exc import DBAPIError

from storage.database import postgresql
from storage.database.address import (
    display_address,
    on_server,
    parse_url,
    path_of,
    schema_of,
)
from storage.database.disk import BESIDE
from storage.database.error_translation import translate


def is_there(url: str) -> bool:
    """Whether there is a database at ``url``, without making one.

    Raises:
        StorageError: The server cannot be asked.
    """
    address = parse_url(url)
    if not on_server(address):
        return path_of(address).exists()
    with _connected(address) as connection:
        found = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    return found is not None


def drop(url: str) -> None:
    """Delete a database: its file and what SQLite keeps beside it, or its schema.

    Nobody may have it open.

    Raises:
        ValueError: On a server, ``url`` names no schema: it is not ours to delete.
        StorageError: It could not be deleted.
    """
    address = parse_url(url)
    if on_server(address):
        schema = schema_of(address)
        if schema is None:
            raise ValueError("only a schema is dropped, never a server's database")
        with _connected(address) as connection:
            connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        return
    path = path_of(address)
    try:
        for ending in ("", *BESIDE, ".lock", ".backup.lock"):
            path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
    except OSError as error:
        raise translate(error, path) from error


@contextmanager
def _connected(address: URL) -> Iterator[Connection]:
    engine = postgresql.postgresql_engine(address, pool=NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise translate(error, display_address(address)) from error
