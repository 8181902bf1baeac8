"""Lists the migrations, reads those a database has had, and applies the rest."""

import logging
from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import Connection

from storage.errors import DatabaseForeignError, DatabaseNewerError

SCRIPTS = Path(__file__).parents[1] / "migrations"
VERSIONS = SCRIPTS / "versions"
VERSION_TABLE = "alembic_version"
NOTED = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608 - a constant

_log = logging.getLogger(__name__)


def names(versions: Path) -> list[str]:
    """Every migration there is, oldest first."""
    return sorted(file.stem.partition("_")[0] for file in versions.glob("[0-9]*.py"))


def refuse_foreign(tables: Collection[str], place: str) -> None:
    """Raise a DatabaseForeignError if the tables are those of another program."""
    if VERSION_TABLE not in tables:
        raise DatabaseForeignError(place)


def applied(noted: Sequence[str], known: Sequence[str], place: str) -> str:
    """Which of the ``known`` migrations was applied last, as the database has noted.

    Raises:
        DatabaseNewerError: It is none of them.
    """
    if len(noted) != 1 or noted[0] not in known:
        raise DatabaseNewerError(place)
    return noted[0]


def announce(place: str) -> None:
    """Say in the terminal that an older database is made to fit, and may take long.

    A warning, because less is not shown there.
    """
    _log.warning(
        "Bringing the database up to date: %s. This takes about a minute for every "
        "gigabyte; the app answers when it is done.",
        place,
    )


def apply(connection: Connection, versions: Path) -> None:
    """Apply what is missing, on this connection and in its transaction."""
    from alembic import command  # imported late: 0.15 s that most starts do not need
    from alembic.config import Config

    config = Config(
        attributes={"connection": connection}, config_args={"here": str(SCRIPTS)}
    )
    for name, folder in ("script_location", SCRIPTS), ("version_locations", versions):
        config.set_main_option(name, str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    command.upgrade(config, "head")
