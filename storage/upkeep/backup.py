"""Copies the database file while the app runs, checks copies, and puts them back.

A copy is whole and of one moment, whoever writes meanwhile. Databases on a server have
tools of their own; then we say the command.
"""

import logging
import re
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from storage.database import (
    BESIDE,
    UNFINISHED,
    VERSIONS,
    Database,
    applied,
    backups,
    display_address,
    names,
    on_server,
    parse_url,
    path_of,
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
from storage.people import PEOPLE

_log = logging.getLogger(__name__)

FOLDER: Final = "backups"
_TOGETHER: Final = ".people"
_LOCK_TIMEOUT_S = 5.0
_COPYING_TIMEOUT_S = 600.0


def back_up(url: str) -> Path:
    """Copy the database to the folder ``backups`` beside it.

    With the main database go those of people: into a folder that is named like the
    copy, with ``.people`` behind it.

    Args:
        url: As for ``Database.open``.

    Returns:
        The copy, which was read through once it was written.

    Raises:
        StorageError: There is no database, or it could not be copied.
    """
    return _back_up(_file_of(url, ": pg_dump --format=custom --file=polyphony.dump "))


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
    copy = _copied(path, lambda: _new_name(path, ""))
    for file in _of_people(path):
        target = _people_folder(copy) / file.name
        _copied(file, partial(_private, target))
    return copy


def _copied(path: Path, new_name: Callable[[], Path]) -> Path:
    """Copy one file to a name that is chosen once nobody else makes a copy of it."""
    try:
        copying = path.with_name(f"{path.name}.backup")
        with sqlite.file_lock(copying, _COPYING_TIMEOUT_S):
            for left in _in_folder(path):
                if ".copying" in left.name:  # its maker would hold the lock
                    left.unlink()
            copy = new_name()
            try:
                sqlite.copy_database(path, copy.with_name(f"{copy.name}.copying"))
                copy.with_name(f"{copy.name}.copying").replace(copy)
            finally:
                sqlite.remove_half_copies(copy, "copying")
        check(copy)
    except TimeoutError:
        raise BackupRefusedError(path, "another copy is being made") from None
    except (OSError, sqlite.driver().Error) as error:
        raise translate_copying(error, path) from error
    return copy


def restore(url: str, copy: Path) -> Path | None:
    """Put a copy in the place of the database; what was there is kept beside it.

    Args:
        url: As for ``Database.open``.
        copy: What ``back_up`` made, or a copy that was made before a migration.

    With the copy of a main database come those of people that were made with it.

    Returns:
        Where the database that was there is now; ``None`` if there was none.

    Raises:
        DatabaseInUseError: The app is running on it.
        StorageError: The copy is damaged, newer, or not ours. Nothing was changed.
    """
    command = "pg_restore --clean --if-exists --no-owner --single-transaction --dbname="
    path = _file_of(url, f", with the app stopped: {command}", f" '{copy}'")
    theirs = sorted(_people_folder(copy).glob("*.db"))
    places = {path: copy} | {path.parent / PEOPLE / each.name: each for each in theirs}
    for place, each in places.items():
        check(each)
        if place.exists() and place.stat().st_size:
            _refuse_unless_free(place)  # all of them, or none
    set_aside = {place: _put_back(place, each) for place, each in places.items()}
    return set_aside[path]


def _refuse_unless_free(path: Path) -> None:
    """Raise a DatabaseInUseError while others have it open, restore or migrate it."""
    try:
        with sqlite.file_lock(path, _LOCK_TIMEOUT_S):
            _refuse_while_open(path)
    except TimeoutError:
        raise DatabaseInUseError(path) from None
    except OSError as error:
        raise translate_copying(error, path) from error


def _put_back(path: Path, copy: Path) -> Path | None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with sqlite.file_lock(path, _LOCK_TIMEOUT_S):
            fresh = path.with_name(f"{path.name}.restoring")
            try:
                sqlite.copy_database(copy, fresh)
                set_aside = _set_aside(path)
                fresh.replace(path)
            finally:
                sqlite.remove_half_copies(path, "restoring")
    except TimeoutError:
        raise DatabaseInUseError(path) from None
    except (OSError, sqlite.driver().Error) as error:
        raise translate_copying(error, path) from error
    _log.info("restored %s from %s", path, copy)
    return set_aside


def check(copy: Path) -> None:
    """Read a copy through.

    Raises:
        StorageError: It is damaged, or not a database of this or an older version.
    """
    if not copy.is_file():
        raise BackupRefusedError(copy, "it is no file; name one from data/backups")
    try:
        with sqlite.looking_at(copy) as connection:
            tables = sqlite.table_names(connection)
            if not tables:
                raise BackupRefusedError(copy, "there is nothing in it")
            refuse_foreign(tables, str(copy))
            revisions = connection.execute("SELECT version_num FROM alembic_version")
            applied([name for (name,) in revisions], names(VERSIONS), str(copy))
            findings = connection.execute("PRAGMA integrity_check(1)").fetchall()
    except (OSError, sqlite.driver().Error, DatabaseForeignError) as error:
        trouble: StorageError
        match translate(error, copy):  # without the advice for a database of ours
            case NotADatabaseError() | DatabaseForeignError():
                trouble = BackupRefusedError(copy, "it is no database of Polyphony")
            case DatabaseDamagedError():
                trouble = BackupRefusedError(copy, "it is damaged")
            case other:
                trouble = other
        raise trouble from error
    if findings != [("ok",)]:
        raise BackupRefusedError(copy, "it is damaged")


def copies_of(path: Path) -> list[Path]:
    """Every copy of a database that we made: by command, and before migrations.

    What was left of one whose making was cut short is among them.
    """
    partial = (path.with_name(f"{path.name}.{end}") for end in UNFINISHED)
    unfinished = [each for each in partial if each.exists()]
    with_main = sorted(path.parent.parent.glob(f"{FOLDER}/*{_TOGETHER}/{path.name}"))
    of_person = with_main if path.parent.name == PEOPLE else []
    return [*backups(path), *sorted(_in_folder(path)), *of_person, *unfinished]


def _of_people(path: Path) -> list[Path]:
    """The files of people beside the main one; none beside another."""
    return sorted((path.parent / PEOPLE).glob("*.db"))


def _people_folder(copy: Path) -> Path:
    """Where the copies of people are that were made with a copy of the main file."""
    return copy.with_name(f"{copy.name}{_TOGETHER}")


def _private(path: Path) -> Path:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return path


def _in_folder(path: Path) -> list[Path]:
    """The copies of this database in the folder for them, half ones too."""
    name = re.compile(rf"{re.escape(path.stem)}-\d{{8}}-\d{{6}}.*")
    return [
        each
        for each in (path.parent / FOLDER).glob("*")
        if name.fullmatch(each.name) and not each.is_dir()
    ]


def _file_of(url: str, before: str, after: str = "") -> Path:
    """The file at ``url``; for a server the error says its command around the place."""
    address = parse_url(url)
    if on_server(address):
        place = display_address(address)
        hint = f"a server keeps it; use its own tool{before}'{place}'{after}"
        raise BackupRefusedError(place, hint)
    return path_of(address)


def _new_name(path: Path, why: str) -> Path:
    folder = path.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    name, number = folder / f"{path.stem}-{stamp}{why}{path.suffix}", 1
    while name.exists():
        number += 1
        name = folder / f"{path.stem}-{stamp}{why}-{number}{path.suffix}"
    return name


def _set_aside(path: Path) -> Path | None:
    """Copy the database file, damaged or not, and remove its log files."""
    if not path.exists() or not path.stat().st_size:
        return None
    damaged = _refuse_while_open(path)
    copy = _new_name(path, "-before-restore")
    shutil.copy2(path, copy)
    sqlite.sync(copy)
    for ending in BESIDE:
        log = path.with_name(f"{path.name}{ending}")
        if log.exists():
            if damaged:
                shutil.copy2(log, copy.with_name(f"{copy.name}{ending}"))
            log.unlink()
    return copy


def _refuse_while_open(path: Path) -> bool:
    """Fold the log into the file; DatabaseInUseError unless one has it alone.

    Returns whether it could not be done because the file is damaged.
    """
    try:
        with closing(sqlite.driver().connect(str(path), timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite.driver().Error as error:
        if "locked" in str(error):
            raise DatabaseInUseError(path) from error
        return True
    return False
