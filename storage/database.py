"""The open database: brought up to date, and how to read and write it.

``with database.writing() as session:`` is the unit of work: all of it is kept, or none.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from moa_core.errors import ConfigError
from storage import sqlite
from storage.errors import DiskFullError, translate
from storage.migrate import migrate
from storage.workers import Worker

_log = logging.getLogger(__name__)

LOW_DISK_BYTES = 32 * 1024 * 1024
"""With less space than this no new run begins: its answers might not be saved."""


class Database:
    """One open database; threads share it.

    Attributes:
        path: The file.
        worker: This process, as runs that it works on name it.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self.path = path
        self.worker = Worker.current()
        begin = "sqlite_begin"
        self._writers = sessionmaker(
            engine, expire_on_commit=False, execution_options={begin: "IMMEDIATE"}
        )
        self._readers = sessionmaker(
            engine, expire_on_commit=False, execution_options={begin: "DEFERRED"}
        )

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database, creating it or bringing it up to date as needed.

        Args:
            url: ``sqlite:///path/to/file``, relative to the working directory, or
                ``sqlite:////absolute/path``.

        Raises:
            ConfigError: ``url`` is not such an address.
            StorageError: The file cannot be used; nothing was overwritten.
        """
        address = _checked(url)
        path = Path(address.database or "")
        migrate(address)
        return cls(sqlite.new_engine(address), path)

    def __repr__(self) -> str:
        return f"Database({self._engine.url.render_as_string(hide_password=True)!r})"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write; commits at the end, else leaves no trace.

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

    def refuse_if_nearly_full(self) -> None:
        """Raise a DiskFullError when little space is left for what is to come."""
        try:
            free_bytes = shutil.disk_usage(self.path.parent).free
        except OSError as error:
            raise translate(error, self.path) from error
        if free_bytes < LOW_DISK_BYTES:
            raise DiskFullError(self.path, f"{free_bytes // 1024**2} MB left")

    def close(self) -> None:
        """Close every connection; the last one folds the log into the file."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            raise translate(error, self.path) from error


def _checked(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise ConfigError(
            "DATABASE_URL: write an address such as sqlite:///data/polyphony.db."
        ) from None
    if address.get_backend_name() != "sqlite":
        raise ConfigError(
            f"DATABASE_URL: this version keeps its data in SQLite, not in "
            f"{address.get_backend_name()}; write for example "
            "sqlite:///data/polyphony.db."
        )
    if address.database in (None, "", ":memory:") or address.query:
        raise ConfigError(
            "DATABASE_URL: name a file, for example sqlite:///data/polyphony.db."
        )
    return address
