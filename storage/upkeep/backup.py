"""Copies of the database file: made while the app runs, checked, and put back.

A copy is whole and of one moment, whoever writes meanwhile. Databases on a server have
tools of their own; then we say the command.
"""

import logging
import os
import shutil
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from storage.database import (
    VERSIONS,
    Database,
    applied,
    backups,
    file_lock,
    names,
    on_server,
    parse_url,
    path_of,
    place_of,
    refuse_foreign,
    sqlite,
    translate,
    translate_copying,
)
from storage.errors import (
    BackupRefusedError,
    DatabaseDamagedError,
    DatabaseForeignError,
    DatabaseInUseError,
    DatabaseUnreachableError,
    NotADatabaseError,
    StorageError,
)

_log = logging.getLogger(__name__)

FOLDER: Final = "backups"
_UNFINISHED: Final = ("copying", "restoring")
_LOCK_TIMEOUT_S = 5.0


def back_up(url: str) -> Path:
    """Copy the database to the folder ``backups`` beside it.

    Args:
        url: As for ``Database.open``.

    Returns:
        The copy, which was read through once it was written.

    Raises:
        StorageError: There is no database, or it could not be copied.
    """
    address = parse_url(url)
    if on_server(address):
        raise BackupRefusedError(place_of(address), _dump_command(address))
    return _back_up(path_of(address))


def back_up_database(database: Database) -> Path:
    """``back_up`` of a database that is open.

    Raises:
        StorageError: A server keeps it, or it could not be copied.
    """
    if database.path is None:
        raise BackupRefusedError(database.place, "a server keeps it; use pg_dump")
    return _back_up(database.path)


def _back_up(path: Path) -> Path:
    if not path.exists():
        raise DatabaseUnreachableError(path, "there is no such file")
    try:
        copy = _new_name(path, "")
        _copy(path, copy)
        check(copy)
    except (OSError, sqlite.driver().Error) as error:
        raise translate_copying(error, path) from error
    return copy


def restore(url: str, copy: Path) -> Path | None:
    """Put a copy in the place of the database; what was there is kept beside it.

    Args:
        url: As for ``Database.open``.
        copy: What ``back_up`` made, or a copy that was made before a migration.

    Returns:
        Where the database that was there is now; ``None`` if there was none.

    Raises:
        DatabaseInUseError: The app is running on it.
        StorageError: The copy is damaged, newer, or not ours. Nothing was changed.
    """
    address = parse_url(url)
    if on_server(address):
        raise BackupRefusedError(place_of(address), _restore_command(address, copy))
    path = path_of(address)
    try:
        check(copy)
        sqlite.create_private(path.with_name(f"{path.name}.lock"))
        with file_lock(path.with_name(f"{path.name}.lock"), _LOCK_TIMEOUT_S):
            return _put_back(path, copy)
    except TimeoutError:
        raise DatabaseInUseError(path) from None
    except (OSError, sqlite.driver().Error) as error:
        raise translate_copying(error, path) from error


def check(copy: Path) -> None:
    """Read a copy through.

    Raises:
        StorageError: It is damaged, or not a database of this or an older version.
    """
    if not copy.is_file():
        raise BackupRefusedError(copy, "it is no file; name one from data/backups")
    try:
        with sqlite.looking_at(copy) as connection:
            kinds = "SELECT name FROM sqlite_master WHERE type = 'table'"
            tables = [name for (name,) in connection.execute(kinds)]
            if not tables:
                raise BackupRefusedError(copy, "there is nothing in it")
            refuse_foreign(tables, str(copy))
            noted = connection.execute("SELECT version_num FROM alembic_version")
            applied([name for (name,) in noted], names(VERSIONS), str(copy))
            findings = connection.execute("PRAGMA integrity_check(1)").fetchall()
    except (OSError, sqlite.driver().Error, DatabaseForeignError) as error:
        raise _refused(translate(error, copy)) from error
    if findings != [("ok",)]:
        raise BackupRefusedError(copy, "it is damaged")


def _refused(error: StorageError) -> StorageError:
    """What is wrong with a copy, without the advice for a database of ours."""
    match error:
        case NotADatabaseError() | DatabaseForeignError():
            return BackupRefusedError(error.path, "it is no database of Polyphony")
        case DatabaseDamagedError():
            return BackupRefusedError(error.path, "it is damaged")
        case _:
            return error


def copies_of(path: Path) -> list[Path]:
    """Every copy of a database that we made: by command, and before migrations.

    What was left of one whose making was cut short is among them.
    """
    made = (path.parent / FOLDER).glob(f"{path.stem}-*")
    cut_short = (path.with_name(f"{path.name}.{end}") for end in _UNFINISHED)
    unfinished = [each for each in cut_short if each.exists()]
    return [*backups(path), *sorted(made), *unfinished]


def _new_name(path: Path, why: str) -> Path:
    folder = path.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    name, number = folder / f"{path.stem}-{stamp}{why}{path.suffix}", 1
    while name.exists():
        number += 1
        name = folder / f"{path.stem}-{stamp}{why}-{number}{path.suffix}"
    return name


def _copy(source: Path, target: Path) -> None:
    """What has the final name is whole."""
    partial = target.with_name(f"{target.name}.copying")
    partial.unlink(missing_ok=True)
    try:
        sqlite.create_private(partial)
        with (
            sqlite.looking_at(source) as reading,
            closing(sqlite.driver().connect(str(partial))) as writing,
        ):
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode = DELETE")  # a copy is one file
        _sync(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _put_back(path: Path, copy: Path) -> Path | None:
    fresh = path.with_name(f"{path.name}.restoring")
    try:
        _copy(copy, fresh)
        kept = _set_aside(path)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _log.info("restored %s from %s", path, copy)
    return kept


def _set_aside(path: Path) -> Path | None:
    """Keep a copy of the database, damaged or not, and let nothing of it disturb."""
    if not path.exists() or not path.stat().st_size:
        return None
    damaged = _refuse_while_open(path)
    kept = _new_name(path, "-before-restore")
    logs = [path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm")]
    shutil.copy2(path, kept)
    _sync(kept)
    for log in logs:
        if log.exists():
            if damaged:
                shutil.copy2(log, kept.with_name(f"{kept.name}{log.name[-4:]}"))
            log.unlink()
    return kept


def _refuse_while_open(path: Path) -> bool:
    """Fold the log into the file, which only who has it alone can do.

    Returns:
        Whether it could not be done because the file is damaged.

    Raises:
        DatabaseInUseError: Somebody else has it open.
    """
    try:
        with closing(sqlite.driver().connect(str(path), timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite.driver().Error as error:
        if "locked" in str(error):
            raise DatabaseInUseError(path) from error
        return True
    return False


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _dump_command(address: URL) -> str:
    return (
        "a server keeps it; use its own tool: "
        f"pg_dump --format=custom --file=polyphony.dump '{place_of(address)}'"
    )


def _restore_command(address: URL, copy: Path) -> str:
    return (
        "a server keeps it; use its own tool, with the app stopped: pg_restore --clean "
        f"--if-exists --no-owner --single-transaction --dbname='{place_of(address)}' "
        f"'{copy}'"
    )
