"""Translates errors of drivers, servers and disks to ``storage.errors``."""

import errno
from pathlib import Path

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.database.disk import why_not_written
from storage.errors import (
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    DiskFailedError,
    DiskFullError,
    FileNotWrittenError,
    LoginRefusedError,
    NoRoomForCopyError,
    NotADatabaseError,
    RejectedError,
    ServerBusyError,
    ServerUnreachableError,
    StorageError,
    WritingRefusedError,
)

_BY_SQLITE_NAME: tuple[tuple[str, type[StorageError]], ...] = (
    ("SQLITE_FULL", DiskFullError),
    ("SQLITE_BUSY", DatabaseLockedError),
    ("SQLITE_LOCKED", DatabaseLockedError),
    ("SQLITE_PROTOCOL", DatabaseLockedError),
    ("SQLITE_READONLY", DatabaseReadOnlyError),
    ("SQLITE_PERM", DatabaseReadOnlyError),
    ("SQLITE_CANTOPEN", DatabaseUnreachableError),
    ("SQLITE_NOTADB", NotADatabaseError),
    ("SQLITE_CORRUPT", DatabaseDamagedError),
    ("SQLITE_IOERR", DiskFailedError),
)
_BY_SQLSTATE: tuple[tuple[str, type[StorageError]], ...] = (
    ("08", ServerUnreachableError),  # connection exception
    ("0A000", RejectedError),
    ("22", RejectedError),  # a value that cannot be
    ("23", RejectedError),  # a constraint
    ("25006", WritingRefusedError),  # a read-only replica
    ("28", LoginRefusedError),
    ("3D", DatabaseMissingError),
    ("3F", WritingRefusedError),  # no schema that we may use
    ("40", ServerBusyError),  # a deadlock; the other one went on
    ("42501", WritingRefusedError),  # permission denied
    ("42", RejectedError),  # a statement that is wrong
    ("53100", DiskFullError),
    ("53", ServerBusyError),  # no connection or no memory is left
    ("55P03", ServerBusyError),  # a lock that did not come in time
    ("57014", ServerBusyError),  # a statement that took too long
    ("57P", ServerUnreachableError),  # shutting down or starting up
    ("25P03", ServerBusyError),  # a transaction that slept too long
    ("58", DiskFailedError),
)
"""The beginnings of PostgreSQL's codes; the first that fits counts."""

_BY_SERVER_WORDS: tuple[tuple[str, type[StorageError]], ...] = (
    ("authentication failed", LoginRefusedError),
    ("no password supplied", LoginRefusedError),
    ("pg_hba.conf", LoginRefusedError),
    ("not permitted to log in", LoginRefusedError),
    ('role "', LoginRefusedError),
    ('database "', DatabaseMissingError),
    ("too many", ServerBusyError),
    ("connection slots", ServerBusyError),
)
"""A refused connection comes without a code."""

_BY_ERRNO: dict[int, type[StorageError]] = {
    errno.ENOSPC: DiskFullError,
    errno.EDQUOT: DiskFullError,
    errno.EFBIG: DiskFullError,
    errno.EACCES: DatabaseReadOnlyError,
    errno.EPERM: DatabaseReadOnlyError,
    errno.EROFS: DatabaseReadOnlyError,
    errno.EIO: DiskFailedError,
    errno.ENXIO: DiskFailedError,
    errno.ENODEV: DiskFailedError,
    errno.ESTALE: DiskFailedError,
}


def translate(error: BaseException, path: Path | str) -> StorageError:
    """Say in our words what the database or the disk said.

    Args:
        error: From SQLAlchemy, a driver or the operating system.
        path: The database's file, or its URL without the password.
    """
    if isinstance(error, StorageError):
        return error
    if isinstance(error, OSError):
        return _from_system(error, path)
    if isinstance(error, PoolTimeoutError):
        return DatabaseLockedError(path, "every connection is in use")
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if hasattr(cause, "sqlstate"):
        return _from_server(cause, path)
    if isinstance(error, IntegrityError | DataError | ProgrammingError):
        return RejectedError(path, str(cause))
    name = getattr(cause, "sqlite_errorname", None) or _name_in(str(cause))
    kinds = (kind for prefix, kind in _BY_SQLITE_NAME if name.startswith(prefix))
    found = next(kinds, None)
    if found in (DiskFailedError, DatabaseUnreachableError):
        reason = why_not_written(Path(path))
        if reason is not None:
            return _from_system(reason, path, otherwise=found)
    return found(path) if found else StorageError(path, str(cause))


def translate_writing(error: OSError, path: Path) -> StorageError:
    """Say why a file that the user named could not be written."""
    translated = translate_copying(error, path)
    full = isinstance(translated, NoRoomForCopyError)
    return translated if full else FileNotWrittenError(path, error.strerror or "")


def translate_copying(error: BaseException, path: Path | str) -> StorageError:
    """``translate`` for what writes beside the database: nothing of it is kept."""
    translated = translate(error, path)
    if isinstance(translated, DiskFullError):
        return NoRoomForCopyError(path, translated.detail)
    return translated


def _from_system(
    error: OSError,
    path: Path | str,
    otherwise: type[StorageError] = DatabaseUnreachableError,
) -> StorageError:
    kind = _BY_ERRNO.get(error.errno or 0, otherwise)
    plain = error.errno == errno.ENOSPC  # the sentence says it already
    return kind(path, "" if plain else error.strerror or "")


def _from_server(cause: BaseException, path: Path | str) -> StorageError:
    """An error of psycopg; without the details, which hold what users wrote."""
    state: str | None = getattr(cause, "sqlstate", None)
    message = str(cause).strip().partition("\n")[0]
    if state is not None:
        kinds = (kind for start, kind in _BY_SQLSTATE if state.startswith(start))
        return next(kinds, StorageError)(path, message)
    if type(cause).__name__ not in ("OperationalError", "ConnectionTimeout"):
        return RejectedError(path, message)  # psycopg's own, before it asked the server
    kinds = (kind for words, kind in _BY_SERVER_WORDS if words in message)
    return next(kinds, ServerUnreachableError)(path, message)


def _name_in(message: str) -> str:
    """SQLite's name for an error that a driver or Alembic reports in words only."""
    words = {
        "is locked": "SQLITE_BUSY",
        "readonly": "SQLITE_READONLY",
        "is full": "SQLITE_FULL",
        "malformed": "SQLITE_CORRUPT",
        "not a database": "SQLITE_NOTADB",
        "unable to open": "SQLITE_CANTOPEN",
        "disk I/O": "SQLITE_IOERR",
    }
    return next((name for word, name in words.items() if word in message), "")
