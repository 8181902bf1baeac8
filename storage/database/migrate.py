"""Brings a database up to date; one that a newer version wrote is left alone.

A file, at start-up: look without touching, refuse what is not ours; then, one process
at a time, copy what holds data, apply what is missing in one transaction, check,
commit. A database on a server: see ``migrate_postgresql``.
"""

import logging
import os
import time
from contextlib import closing
from glob import escape
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage.database import sqlite
from storage.database.address import on_server, path_of
from storage.database.disk import free_bytes
from storage.database.error_translation import translate, translate_copying
from storage.database.revisions import (
    VERSIONS,
    announce,
    applied,
    apply,
    names,
    refuse_foreign,
)
from storage.errors import (
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    DiskFailedError,
    DiskFullError,
    NoRoomForCopyError,
    StorageError,
)
from storage.schema import search_ddl_sqlite

_log = logging.getLogger(__name__)

LOCK_TIMEOUT_S = 120.0

UNFINISHED = ("copying", "restoring")
"""What the files end in that are copies of a database while they are made."""

_HALF = "_alembic_tmp_"
_ROOM = 2.5
"""Times the size of a file that there must be room for: a copy, and tables and indexes
that are made anew. Most need less; one that needs more fails, and is as it was."""

_QUICK_CHECK_BYTES = 2 * 1024**3
"""Up to this size a database is checked after an unclean stop: seconds at most."""


def migrate(url: URL, versions: Path = VERSIONS) -> None:
    """Create the database, or bring it up to date.

    Args:
        url: Of a file or of a database on a server.
        versions: Folder of the migrations, oldest first by name.

    Raises:
        StorageError: It is not ours, newer, damaged, or cannot be written. Nothing
            was changed.
    """
    if on_server(url):
        from storage.database.migrate_postgresql import (
            migrate_server,  # only where it is used
        )

        migrate_server(url, versions)
    else:
        _migrate_file(url, versions)


def _migrate_file(url: URL, versions: Path) -> None:
    path = path_of(url)
    try:
        sqlite.create_private(path)
        with sqlite.file_lock(path, LOCK_TIMEOUT_S):
            sqlite.remove_half_copies(path, *UNFINISHED)
            revision = _revision(path, names(versions))
            if revision != names(versions)[-1]:
                _bring_up_to_date(url, path, revision, versions)
            _settle_search(url)
        _check_writable(path)
    except TimeoutError:
        raise DatabaseLockedError(path, "another process is preparing it") from None
    except (SQLAlchemyError, OSError, sqlite.driver().Error) as error:
        trouble = _trouble(error, path)
        in_folder = path.parent.is_dir() and not os.access(path.parent, os.W_OK)
        if isinstance(trouble, DatabaseUnreachableError) and in_folder:
            trouble = DatabaseReadOnlyError(path)
        raise trouble from error


def _revision(path: Path, known: list[str]) -> str | None:
    """Look without touching: which migration was applied last, ``None`` if none.

    Raises:
        StorageError: The file is one that we must not touch.
    """
    if path.stat().st_size == 0 and backups(path):
        raise DatabaseDamagedError(path, "it is empty, but copies are beside it")
    log = path.with_name(f"{path.name}-wal")
    unclean = log.exists() and log.stat().st_size > 0
    with sqlite.looking_at(path) as connection:
        if unclean and path.stat().st_size <= _QUICK_CHECK_BYTES:
            findings = connection.execute("PRAGMA quick_check(1)").fetchall()
            if findings != [("ok",)]:
                raise DatabaseDamagedError(path, "found after an unclean stop")
        tables = sqlite.table_names(connection)
        if not tables:
            return None
        refuse_foreign(tables, str(path))
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return applied([name for (name,) in rows], known, str(path))


def _bring_up_to_date(
    url: URL, path: Path, revision: str | None, versions: Path
) -> None:
    engine = sqlite.sqlite_engine(url, foreign_keys=False, pool=NullPool)
    copy = None
    if revision is not None:
        _refuse_without_room(path)
        announce(str(path))
        copy = _back_up(path, revision)
    try:
        sqlite.use_write_ahead_log(path)
        with engine.connect() as connection:
            writer = connection.execution_options(sqlite_begin="IMMEDIATE")
            with writer.begin():
                _drop_half_tables(writer)
                apply(writer, versions)
                broken = writer.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise StorageError(path, f"{len(broken)} rows refer to nothing")
    except Exception:
        if copy is not None:
            copy.unlink()  # the database is still what it is a copy of
        raise
    if revision is not None:
        _log.warning("The database is up to date: %s", path)


def _refuse_without_room(path: Path) -> None:
    """Raise an error where there is no room for a copy and for new tables."""
    needed, free = path.stat().st_size * _ROOM / 1024**2, free_bytes(path) / 1024**2
    if free < needed:
        raise NoRoomForCopyError(
            path,
            f"bringing it up to date takes {needed:,.1f} MB, and {free:,.1f} are left",
        )


def _drop_half_tables(writer: Connection) -> None:
    """Remove what a migration of an earlier version left when it broke off."""
    tables = sqlite.table_names(writer.connection.driver_connection)
    for name in tables:
        if name.startswith(_HALF) and name.removeprefix(_HALF) in tables:
            writer.exec_driver_sql(f'DROP TABLE "{name}"')


def _trouble(error: BaseException, path: Path) -> StorageError:
    """What the disk said, if it did: Alembic fails once more as it tidies up."""
    first: BaseException | None = error
    while first is not None:
        if isinstance(first, DBAPIError | OSError | sqlite.driver().Error):
            trouble = translate_copying(first, path)
            if isinstance(trouble, DiskFullError | DiskFailedError):
                return trouble
        first = first.__cause__ or first.__context__
    return translate(error, path)


def _settle_search(url: URL) -> None:
    """A file may come from a machine with a newer SQLite than this one's."""
    if sqlite.driver().sqlite_version_info >= search_ddl_sqlite.SECURE_DELETE_SINCE:
        return
    engine = sqlite.sqlite_engine(url, pool=NullPool)
    with engine.connect() as connection:
        writer = connection.execution_options(sqlite_begin="IMMEDIATE")
        with writer.begin():
            search_ddl_sqlite.settle(writer)


def backups(path: Path) -> list[Path]:
    """The copies that were made before migrations, oldest first."""
    return sorted(path.parent.glob(f"{escape(path.name)}.before-*"))


def _back_up(path: Path, revision: str) -> Path:
    """Copy the database beside itself; a copy with its final name is whole."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    copy = path.with_name(f"{path.name}.before-{stamp}-from-{revision}")
    partial = path.with_name(f"{path.name}.copying")
    try:
        sqlite.copy_database(path, partial)
        partial.replace(copy)
    finally:
        sqlite.remove_half_copies(path, "copying")
    _log.warning("Copied it first, to %s", copy)
    return copy


def _check_writable(path: Path) -> None:
    """Find a read-only file now, not with the first answer."""
    connection = sqlite.driver().connect(str(path), timeout=0, isolation_level=None)
    with closing(connection):
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite.driver().Error as error:
            trouble = translate(error, path)
            if not isinstance(trouble, DatabaseLockedError):
                raise trouble from error
            _log.warning("%s Writing will be tried again.", trouble)
