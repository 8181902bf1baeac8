"""Creates the search indexes, which each database has in a way of its own.

They are all named ``search_...``. A migration that rebuilds tables needs no care:
``migrations/env.py`` takes away what would be in its way, and puts it back. One that
changes texts without triggers calls ``rebuild``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from storage.schema import search_ddl_postgresql, search_ddl_sqlite

PREFIX = "search_"


def is_of_search(name: str | None) -> bool:
    """Whether a table or index is one of ours."""
    return name is not None and name.startswith(PREFIX)


def create(connection: Connection) -> None:
    """Make the indexes, fill them with what is there, and keep them up to date."""
    if _on_sqlite(connection):
        search_ddl_sqlite.create_fts(connection)
    else:
        search_ddl_postgresql.create_tsvectors(connection)


def rebuild(connection: Connection) -> None:
    """Index every text anew: after a migration that changed texts."""
    if _on_sqlite(connection):
        search_ddl_sqlite.rebuild_fts(connection)
    else:
        search_ddl_postgresql.rebuild_tsvectors(connection)


@contextmanager
def detached(connection: Connection) -> Iterator[None]:
    """In here, tables can be rebuilt as if there was no search."""
    if _on_sqlite(connection):
        with search_ddl_sqlite.detached_fts(connection):
            yield
    else:
        yield


def _on_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
