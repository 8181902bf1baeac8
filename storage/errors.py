"""What can go wrong with the database, where it is, and what the user can do about it.

StorageError
├── NotFoundError            no such thing any more; it may have been deleted
├── NameTakenError           another preset has that name
├── RejectedError            the database refuses this value for good
├── DatabaseNewerError       written by a newer version; nothing was touched
├── DatabaseForeignError     a database of another program
├── DatabaseDamagedError     the file is damaged
├── NotADatabaseError        the file is something else
├── DatabaseReadOnlyError    the folder or the file cannot be written
├── DatabaseUnreachableError the file or its folder cannot be opened
├── DatabaseLockedError      another program holds it
├── DiskFullError            no space is left
└── DiskFailedError          the disk or the network drive failed
"""

import errno
from pathlib import Path
from typing import ClassVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from moa_core.errors import MoAError


class StorageError(MoAError):
    """The store could not do what it was asked to.

    Attributes:
        path: The file in question; in messages it is spelled out.
    """

    sentence: ClassVar[str] = "The database {path} could not be used."
    advice = "See the log for details, then try again."

    def __init__(self, path: Path | str, detail: str = "") -> None:
        message = self.sentence.format(path=path)
        super().__init__(f"{message} ({detail})" if detail else message)
        self.path = path


class NotFoundError(StorageError):
    """There is no such conversation, run or preset."""

    sentence = "There is no {path} any more."
    advice = "It may have been deleted. Choose another one from the list."


class NameTakenError(StorageError):
    """Another preset has that name; the old one was not touched."""

    sentence = "There is already a preset called {path}."
    advice = "Choose another name, or delete the other preset first."


class ConversationBusyError(StorageError):
    """A question was asked while the one before it has no answer yet."""

    sentence = "This conversation is still being answered."
    advice = "Wait for the answer, or stop it, and ask again."


class RejectedError(StorageError):
    """The database refuses what was to be written, and always will."""

    sentence = "The database {path} refused a value."
    advice = "This is a fault of Polyphony; please report it with the log."


class DatabaseNewerError(StorageError):
    """A newer version of the program has written the database; it was not touched."""

    sentence = "The database {path} was written by a newer version of Polyphony."
    advice = (
        "Update Polyphony, or set DATABASE_URL to another file. Nothing was changed."
    )


class DatabaseForeignError(StorageError):
    """The file is the database of another program; it was not touched."""

    sentence = "The database {path} belongs to another program."
    advice = "Set DATABASE_URL to another file. Nothing was changed."


class DatabaseDamagedError(StorageError):
    """The file is a database, but parts of it cannot be read."""

    sentence = "The database {path} is damaged."
    advice = (
        "Stop Polyphony, move the file and those beside it away, and put the newest "
        "copy from your backups in its place. Nothing was overwritten."
    )


class NotADatabaseError(StorageError):
    """The file is no database; it was not touched."""

    sentence = "The file {path} is not a database."
    advice = (
        "Move it away to start afresh, restore it from a backup, or set DATABASE_URL "
        "to another file. Nothing was overwritten."
    )


class DatabaseReadOnlyError(StorageError):
    """The file or its folder may not be written."""

    sentence = "The database {path} cannot be written."
    advice = (
        "Make the file and its folder writable for the user who runs Polyphony, or "
        "set DATABASE_URL to another file."
    )


class DatabaseUnreachableError(StorageError):
    """The file cannot be opened."""

    sentence = "The database {path} cannot be opened."
    advice = (
        "Check that its folder exists and may be read and written, or set DATABASE_URL "
        "to another file."
    )


class DatabaseLockedError(StorageError):
    """Another program holds the database and did not let go in time."""

    sentence = "The database {path} is locked by another program."
    advice = "Close other programs that have it open, such as a database browser."


class DiskFullError(StorageError):
    """No space is left where the database is."""

    sentence = "The disk that holds {path} is full."
    advice = "Free some space; what could not be saved is kept and saved then."


class DiskFailedError(StorageError):
    """Reading or writing the disk failed."""

    sentence = "Reading or writing {path} failed."
    advice = (
        "Check the disk: it may be full, failing or disconnected. A database on a "
        "network drive does not work; move it to a local disk."
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
_BY_ERRNO: dict[int, type[StorageError]] = {
    errno.ENOSPC: DiskFullError,
    errno.EDQUOT: DiskFullError,
    errno.EFBIG: DiskFullError,
    errno.EACCES: DatabaseReadOnlyError,
    errno.EPERM: DatabaseReadOnlyError,
    errno.EROFS: DatabaseReadOnlyError,
}


def translate(error: BaseException, path: Path | str) -> StorageError:
    """Say in our words what the database or the disk said.

    Args:
        error: From SQLAlchemy, a SQLite driver or the operating system.
        path: The database's file, or its URL without the password.
    """
    if isinstance(error, StorageError):
        return error
    if isinstance(error, OSError):
        kind = _BY_ERRNO.get(error.errno or 0, DatabaseUnreachableError)
        return kind(path, error.strerror or "")
    if isinstance(error, PoolTimeoutError):
        return DatabaseLockedError(path, "every connection is in use")
    if isinstance(error, IntegrityError | DataError | ProgrammingError):
        return RejectedError(path, str(error.orig))
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    name = getattr(cause, "sqlite_errorname", None) or _name_in(str(cause))
    for prefix, kind in _BY_SQLITE_NAME:
        if name.startswith(prefix):
            return kind(path)
    return StorageError(path, str(cause))


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
