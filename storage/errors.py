"""Errors of the database: each says where it is and what the user can do about it."""

from pathlib import Path
from typing import ClassVar

from moa_core.errors import MoAError


class StorageError(MoAError):
    """The store could not do what it was asked to.

    Attributes:
        path: The file, or the server's address without a password; in messages it is
            spelled out.
        detail: What else there is to say of it, or ``""``.
    """

    sentence: ClassVar[str] = "The database {path} could not be used."
    advice = "See the log for details, then try again."

    def __init__(self, path: Path | str, detail: str = "") -> None:
        message = self.sentence.format(path=path)
        if detail:
            message = f"{message.rstrip('.')}: {detail.rstrip('.')}."
        super().__init__(message)
        self.path, self.detail = path, detail


class NotFoundError(StorageError):
    """There is no such conversation, run or preset."""

    sentence = "This no longer exists: {path}."
    advice = "It may have been deleted. Choose another from the list."


class NameTakenError(StorageError):
    """Another preset has that name; the old one was not touched."""

    sentence = "A preset named “{path}” already exists."
    advice = "Choose another name, or delete the other preset first."


class ConversationBusyError(StorageError):
    """A question was asked while the one before it has no answer yet."""

    sentence = "This chat is still being answered."
    advice = "Wait for the answer or stop it, then ask again."


class RevealedError(StorageError):
    """A vote would not be blind any more: it was shown who wrote the answers."""

    sentence = "You have seen who wrote these answers, so the vote stays as it is."
    advice = "Vote on the next pair."


class RejectedError(StorageError):
    """The database refuses what was to be written, and always will."""

    sentence = "The database {path} refused a value."
    advice = "This is a bug in Polyphony; please report it with the log."


class ImportRefusedError(StorageError):
    """A file cannot be taken in; the database is as it was."""

    sentence = "The file {path} cannot be imported."
    advice = "Nothing was changed."


class FileNotWrittenError(StorageError):
    """A file that the user named is not written; what was there is as it was."""

    sentence = "The file {path} cannot be written."
    advice = "Choose another file or folder. Nothing was changed."


class KeysFileDamagedError(StorageError):
    """The file with endpoints and keys cannot be read; it was not touched."""

    sentence = "The file with your endpoints and keys, {path}, cannot be read."
    advice = (
        "Correct it, or move it away and enter them again in Settings. Nothing was "
        "overwritten."
    )


class KeysFileLockedError(StorageError):
    """Another process is writing the file with endpoints and keys."""

    sentence = "Another program holds the file with your endpoints and keys, {path}."
    advice = "Try again in a moment. Nothing was changed."


class KeyringError(StorageError):
    """The system's keyring does not give out or take a key."""

    sentence = "The keyring {path} could not be used."
    advice = (
        "Unlock it and try again, or set POLYPHONY_REMEMBER_KEYS=file to keep keys in "
        "a file that only you can read."
    )


class BackupRefusedError(StorageError):
    """A copy is not made, or not put back; nothing was changed."""

    sentence = "{path} cannot be copied or put back here."
    advice = "Nothing was changed."


class DatabaseInUseError(StorageError):
    """Something can only be done while nobody has the database open."""

    sentence = "The database {path} is in use."
    advice = "Stop Polyphony and try again. Nothing was changed."


class PersonBlockedError(StorageError):
    """Nothing opens for this person, whose data is still there."""

    sentence = "{path} is blocked here."
    advice = "Ask an administrator of this installation."


class RunsUnderWayError(StorageError):
    """Not everything can be deleted while models are writing."""

    sentence = "Answers are still being written to {path}."
    advice = "Wait for them or stop them, then try again. Nothing was changed."


class DatabaseNewerError(StorageError):
    """A newer version of the program has written the database; it was not touched."""

    sentence = "The database {path} was written by a newer version of Polyphony."
    advice = (
        "Update Polyphony, or set DATABASE_URL to another database. Nothing was "
        "changed."
    )


class DatabaseForeignError(StorageError):
    """The database is that of another program; it was not touched."""

    sentence = "The database {path} belongs to another program."
    advice = "Set DATABASE_URL to another database. Nothing was changed."


class DatabaseDamagedError(StorageError):
    """The file is a database, but parts of it cannot be read."""

    sentence = "The database {path} is damaged."
    advice = (
        "Stop Polyphony, move the file and those beside it away, and put your newest "
        "backup in its place. Nothing was overwritten."
    )


class NotADatabaseError(StorageError):
    """The file is no database; it was not touched."""

    sentence = "The file {path} is not a database."
    advice = (
        "Move it away to start fresh, restore a backup, or set DATABASE_URL "
        "to another file. Nothing was overwritten."
    )


class DatabaseEncodingError(StorageError):
    """A database on a server that was not created for every language."""

    sentence = "The database {path} can't store every text."
    advice = (
        "Create another one with ENCODING 'UTF8' TEMPLATE template0, and name it in "
        "DATABASE_URL."
    )


class DatabaseReadOnlyError(StorageError):
    """The file or its folder may not be written."""

    sentence = "The database {path} cannot be written."
    advice = (
        "Make the file and its folder writable for the user who runs Polyphony, or "
        "set DATABASE_URL to another file."
    )


class WritingRefusedError(DatabaseReadOnlyError):
    """The server does not let this user write."""

    advice = (
        "Let the user that DATABASE_URL names create and change tables there, for "
        "example as the owner of the database, and name a server that is no read-only "
        "replica."
    )


class DatabaseUnreachableError(StorageError):
    """The file cannot be opened."""

    sentence = "The database {path} cannot be opened."
    advice = (
        "Check that its folder exists and may be read and written, or set DATABASE_URL "
        "to another file."
    )


class ServerUnreachableError(DatabaseUnreachableError):
    """No server answers at the address, or the one that did went away."""

    sentence = "The database server of {path} does not answer."
    advice = (
        "Check that PostgreSQL is running there, and that host and port in "
        "DATABASE_URL are right."
    )


class LoginRefusedError(DatabaseUnreachableError):
    """The server does not accept the user or the password."""

    sentence = "The database server refuses the user or the password for {path}."
    advice = (
        "Check user and password in DATABASE_URL (in the password, write @ as %40), "
        "and that the server lets that user in from here."
    )


class DatabaseMissingError(DatabaseUnreachableError):
    """The server has no database of that name."""

    sentence = "The server has no database {path}."
    advice = (
        "Create it, for example with createdb, or correct the name in DATABASE_URL. "
        "Its tables are made when Polyphony starts."
    )


class DatabaseLockedError(StorageError):
    """Another program holds the database and did not let go in time."""

    sentence = "The database {path} is locked by another program."
    advice = "Close other programs that have it open, such as a database browser."


class ServerBusyError(DatabaseLockedError):
    """The server has no connection free, or another process held what we needed."""

    sentence = "The database {path} is busy."
    advice = (
        "Try again in a moment. If it persists, allow more connections on the server."
    )


class DiskFullError(StorageError):
    """No space is left where the database is."""

    sentence = "The disk that holds {path} is full."
    advice = "Free some space; unsaved data is kept and saved then."


class NoRoomForCopyError(DiskFullError):
    """No space is left for a copy or an export; the database lost nothing."""

    advice = "Free some space and try again. Nothing was changed."


class DiskFailedError(StorageError):
    """Reading or writing the disk failed."""

    sentence = "Reading or writing {path} failed."
    advice = (
        "Check the disk: it may be full, failing or disconnected. A database on a "
        "network drive does not work; move it to a local disk."
    )
