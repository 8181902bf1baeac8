"""Deletes everything, so that no text of it is left in the database's files.

Rows that are deleted stay readable in a file until something else is written there, and
in copies. So the file is written anew, its log emptied, and copies are removed too. On
a server the tables are emptied; its logs and backups are its own business.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from storage.database import Database, sqlite, translate
from storage.errors import DatabaseLockedError, RunsUnderWayError
from storage.schema import (
    METADATA,
    ConversationRow,
    ErasedSpendRow,
    PersonRow,
    RunRow,
    SharedPresetRow,
    search_ddl,
)
from storage.spending import erase_spend
from storage.upkeep.backup import copies_of

CONFIRMATION: Final = "delete everything"
"""What somebody must type who means it."""


_STAY: Final = {row.__tablename__ for row in (PersonRow, SharedPresetRow)}
"""Tables that are not of the owner of a database alone."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done.

    Attributes:
        copies: Backups, and copies from before migrations, that were removed.
        left: Those that could not be, or were to stay.
    """

    copies: tuple[Path, ...]
    left: tuple[Path, ...]


def copies(database: Database) -> list[Path]:
    """The copies of a database that we made and that are still there.

    Earlier versions made them beside a symbolic link, not beside its file.
    """
    files = dict.fromkeys(file for file in (database.path, database.link) if file)
    return [copy for file in files for copy in copies_of(file)]


def erase_everything(
    database: Database, *, with_copies: bool = True, keep_sums: bool = False
) -> Erased:
    """Delete conversations, votes, presets, settings and what was spent, for good.

    Who uses the installation, and what others share, stays.

    Args:
        database: Which stays, empty and usable.
        with_copies: Whether the copies that we made of it go too.
        keep_sums: Whether it stays what was spent at what time, and nothing else of it.

    Raises:
        RunsUnderWayError: Somebody is being answered; nothing was changed.
        StorageError: It could not be done.
    """
    with database.writing() as session:
        running = select(RunRow.id).where(RunRow.status == "running").limit(1)
        if session.scalar(running):
            raise RunsUnderWayError(database.place)
        if keep_sums:
            erase_spend(session, session.scalars(select(ConversationRow.id)).all())
        _empty(
            session, _STAY | ({ErasedSpendRow.__tablename__} if keep_sums else set())
        )
    if database.path is None:
        return Erased((), ())
    _write_anew(database.path)
    removed: list[Path] = []
    left: list[Path] = []
    for copy in copies(database):
        try:
            if with_copies:
                copy.unlink()
        except OSError:
            left.append(copy)
        else:
            (removed if with_copies else left).append(copy)
    return Erased(tuple(removed), tuple(left))


def _empty(session: Session, stay: set[str]) -> None:
    connection = session.connection()
    shared = SharedPresetRow
    connection.execute(delete(shared).where(shared.owner == ""))  # of this database
    every = reversed(METADATA.sorted_tables)
    tables = [table for table in every if table.name not in stay]
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables)
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
        return
    with search_ddl.detached(connection):  # or each row is taken out one by one
        for table in tables:
            connection.execute(delete(table))
    search_ddl.rebuild(connection)


def _write_anew(path: Path) -> None:
    """Leave nothing behind in the file's free pages, nor in its log.

    Raises:
        DatabaseLockedError: Somebody was reading all the time: the log has old pages.
    """
    try:
        connection = sqlite.driver().connect(
            str(path), timeout=sqlite.BUSY_TIMEOUT_S, isolation_level=None
        )
        with closing(connection):
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            emptying = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = emptying.fetchone()
    except sqlite.driver().Error as error:
        raise translate(error, path) from error
    if busy:
        raise DatabaseLockedError(
            path, "all is deleted, but not yet out of its files: do it once more"
        )
