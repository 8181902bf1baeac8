"""Opens, locks and copies SQLite files: the driver, its settings, its transactions."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.pool import Pool, QueuePool

from storage.database.disk import BESIDE

if TYPE_CHECKING:
    from filelock import FileLock

_log = logging.getLogger(__name__)

FIRST_SOUND_VERSION = (3, 51, 3)
"""Earlier ones can lose commits in WAL mode when two connections checkpoint at once."""

WRITING = MappingProxyType({"sqlite_begin": "IMMEDIATE"})
READING = MappingProxyType({"sqlite_begin": "DEFERRED"})
"""How transactions begin: a writer at once takes the one lock, so nothing is lost."""

BUSY_TIMEOUT_S = 5.0
_PRAGMAS = (
    "synchronous = FULL",  # an answer that was paid for survives a power cut
    "secure_delete = ON",  # what is deleted does not stay readable in the file
    "journal_size_limit = 67108864",
)


@cache
def driver() -> ModuleType:
    """The SQLite driver: Python's own if it is sound, else pysqlite3, else its own."""
    if sqlite3.sqlite_version_info >= FIRST_SOUND_VERSION:
        return sqlite3
    try:
        bundled = import_module("pysqlite3.dbapi2")
    except ImportError:
        bundled = sqlite3
    if bundled.sqlite_version_info < FIRST_SOUND_VERSION:
        _log.warning(
            "This SQLite (%s) has a rare fault that can lose data when several "
            "processes write at once; run one process, or install pysqlite3 or a "
            "Python with SQLite 3.51.3 or newer.",
            bundled.sqlite_version,
        )
    return bundled


def sqlite_engine(
    url: URL, *, foreign_keys: bool = True, pool: type[Pool] = QueuePool
) -> Engine:
    """An engine whose connections are set up our way.

    Args:
        url: ``sqlite:///path``.
        foreign_keys: Off only for migrations, where rebuilding a table would delete
            the rows that refer to it.
        pool: ``NullPool`` for a connection that must be gone when closed.
    """
    sizes = {} if pool is NullPool else {"pool_size": 5, "max_overflow": 45}
    engine = create_engine(
        url,
        module=driver(),
        poolclass=pool,
        hide_parameters=True,  # what users write does not belong into logs
        connect_args={"timeout": BUSY_TIMEOUT_S},
        **sizes,
    )
    pragmas = (*_PRAGMAS, f"foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - DBAPI
        connection.isolation_level = None  # BEGIN is ours, not the driver's
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Begin as the session asks: writers IMMEDIATE, so that no update is lost."""
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def use_write_ahead_log(path: Path) -> None:
    """Let readers read while one writes; the file remembers it."""
    with closing(driver().connect(str(path), timeout=BUSY_TIMEOUT_S)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        _log.warning("%s cannot use a write-ahead log; is it on a network?", path)


@contextmanager
def looking_at(path: Path) -> Iterator[Any]:
    """A connection that cannot change the database file or its log."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    connection = driver().connect(address, uri=True, timeout=BUSY_TIMEOUT_S)
    with closing(connection):
        yield connection


def create_private(path: Path) -> None:
    """Create an empty file that only its owner may read, unless there is one.

    SQLite gives the files it keeps beside a database the database's own mode.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def file_lock(path: Path, timeout_s: float) -> "FileLock":
    """A lock for who migrates or restores the database file ``path``.

    Entering it raises a TimeoutError if another process holds it for ``timeout_s``
    seconds. The system releases it when its holder dies; the lock file stays.
    """
    from filelock import FileLock  # a database on a server needs none

    lock = path.with_name(f"{path.name}.lock")
    return FileLock(lock, timeout=timeout_s, mode=0o600, poll_interval=0.02)


def copy_database(source: Path, target: Path) -> None:
    """Copy a database, as of one moment, to a private file, and sync it to the disk.

    A file ``target`` is replaced; where this fails, part of a copy may be left there.
    """
    target.unlink(missing_ok=True)
    create_private(target)
    with (
        looking_at(source) as reading,
        closing(driver().connect(str(target))) as writing,
    ):
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")  # a copy is one file
    sync(target)


def remove_half_copies(path: Path, *endings: str) -> None:
    """Remove copies whose making was cut short, with the journals beside them."""
    for ending in endings:
        for journal in ("", *BESIDE):
            path.with_name(f"{path.name}.{ending}{journal}").unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def table_names(connection: Any) -> list[str]:  # noqa: ANN401 - DBAPI
    """The tables of a database."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return [name for (name,) in connection.execute(query)]
