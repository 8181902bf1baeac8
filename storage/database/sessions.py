"""Opens the database, and gives sessions to read and write it.

``with database.writing() as session:`` is the unit of work: all of it is kept, or none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from storage.database import postgresql, sqlite
from storage.database.address import (
    display_address,
    link_of,
    on_server,
    parse_url,
    path_of,
)
from storage.database.disk import free_bytes
from storage.database.error_translation import translate
from storage.database.migrate import migrate
from storage.database.revisions import NOTED, VERSIONS, names
from storage.database.workers import Worker
from storage.errors import DiskFullError

LOW_DISK_BYTES = 32 * 1024 * 1024
"""With less space than this no new run begins: its answers might not be saved."""


_DATABASE = "database"


def database_of(session: Session) -> "Database":
    """The database that a session reads or writes."""
    database: Database = session.info[_DATABASE]
    return database


class Database:
    """One open database; threads share it.

    Attributes:
        place: Where it is, as one may show it: a path, or a URL without a password.
        path: The file; ``None`` if a server keeps it.
        link: The file as it was named: ``path``, or a symbolic link to it.
        worker: This process, as runs that it works on name it.
    """

    def __init__(self, engine: Engine, address: URL) -> None:
        dialect = postgresql if on_server(address) else sqlite
        self._engine = engine
        self.place = display_address(address)
        self.path = None if on_server(address) else path_of(address)
        self.link = None if on_server(address) else link_of(address)
        self.worker = Worker.current()
        self._writers, self._readers = (
            sessionmaker(
                engine.execution_options(**way),
                expire_on_commit=False,
                info={_DATABASE: self},
            )
            for way in (dialect.WRITING, dialect.READING)
        )

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database, creating it or bringing it up to date as needed.

        Args:
            url: ``sqlite:///path/to/file``, relative to the working directory,
                ``sqlite:////absolute/path``, or
                ``postgresql+psycopg://user:password@host/database``.

        Raises:
            ConfigError: ``url`` is not such an address.
            StorageError: The database cannot be used; nothing was overwritten.
        """
        address = parse_url(url)
        migrate(address)
        if on_server(address):
            return cls(postgresql.postgresql_engine(address), address)
        return cls(sqlite.sqlite_engine(address), address)

    def __repr__(self) -> str:
        return f"Database({self.place!r})"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write; commits at the end, else leaves no trace.

        In a file one transaction writes at a time. On a server many do: lock the row
        that decides (change it first), or use ``advisory_lock``.

        Raises:
            StorageError: The database could not do it; nothing was changed.
        """
        with self._translated(), self._writers.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view of the database; waits for no writer.

        Raises:
            StorageError: The database cannot be read.
        """
        with self._translated(), self._readers.begin() as session:
            yield session

    def is_current(self) -> bool:
        """Whether it has had exactly the migrations that this program knows.

        Raises:
            StorageError: It does not answer.
        """
        with self.reading() as session:
            noted = session.execute(text(NOTED)).scalars().all()
        return noted == names(VERSIONS)[-1:]

    def refuse_if_nearly_full(self) -> None:
        """Raise a DiskFullError when little space is left for what is to come.

        The space of a server is its own business.
        """
        if self.path is None:
            return
        try:
            free = free_bytes(self.path)
        except OSError as error:
            raise translate(error, self.place) from error
        if free < LOW_DISK_BYTES:
            raise DiskFullError(self.path, f"{free // 1024**2} MB left")

    def close(self) -> None:
        """Close every connection; the last one folds a file's log into it."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            raise translate(error, self.place) from error
