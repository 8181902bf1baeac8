"""Parses ``DATABASE_URL``, or refuses it in plain words."""

import os
import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from moa_core.errors import ConfigError

POSTGRESQL = "postgresql+psycopg"
_POSTGRESQL_SPELLINGS = (POSTGRESQL, "postgresql", "postgres")
_EXAMPLES = (
    "sqlite:///data/polyphony.db or postgresql+psycopg://user:password@host/database"
)

SCHEMA = "schema"
"""What names, behind a question mark, the only schema of PostgreSQL to be used."""

_SHOWN = ("host", "port", SCHEMA)
"""Of what follows a question mark, the rest may be secret."""


def home_folder() -> Path:
    """The folder of `.env` and `data/`: the checkout, or the user's once installed."""
    checkout = Path(__file__).parents[2]
    if (checkout / "pyproject.toml").exists():
        return checkout
    from platformdirs import user_data_path

    return user_data_path("polyphony", appauthor=False)


def located(url: str, root: Path) -> str:
    """A relative SQLite path counts from ``root``, wherever a program is started."""
    prefix = "sqlite:///"
    path = url.removeprefix(prefix)
    if not url.startswith(prefix) or path.startswith(("/", ":")) or not path:
        return url
    return f"{prefix}{root / path}"


def beside(url: str, *, folder: str, name: str, schema: str) -> str:
    """The address of one more database of an installation.

    Args:
        url: Of its main database.
        folder: Beside the main file, for files.
        name: Of the file there, without its ending.
        schema: Where a server keeps it, in the same database.

    Raises:
        ConfigError: ``url`` is no address of a database.
    """
    address = parse_url(url)
    if on_server(address):
        other = address.update_query_dict({SCHEMA: schema})
        return other.render_as_string(hide_password=False)
    return f"sqlite:///{path_of(address).parent / folder / f'{name}.db'}"


def schema_of(address: URL) -> str | None:
    """The schema that an address names; ``None`` where the server chooses.

    Raises:
        ConfigError: It is no plain name.
    """
    name = address.query.get(SCHEMA)
    if name is None:
        return None
    if not isinstance(name, str) or not re.fullmatch("[a-z_][a-z0-9_]{0,62}", name):
        raise ConfigError(
            "DATABASE_URL: name a schema in small letters, digits and _, for example "
            "?schema=polyphony."
        )
    return name


def data_folder(url: str) -> Path | None:
    """Where the database file is; ``None`` where a server keeps it.

    Raises:
        ConfigError: ``url`` is no address of a database.
    """
    address = parse_url(url)
    return None if on_server(address) else path_of(address).parent


def parse_url(url: str) -> URL:
    """The address that ``url`` means.

    Raises:
        ConfigError: It is none that we can use; the password is not repeated.
    """
    try:
        address = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise ConfigError(
            f"DATABASE_URL: write an address such as {_EXAMPLES}; in a password, "
            "write @ as %40, : as %3A and / as %2F."
        ) from None
    if address.drivername == "sqlite":
        if address.database in (None, "", ":memory:") or address.query:
            raise ConfigError(
                "DATABASE_URL: name a file, for example sqlite:///data/polyphony.db."
            )
        return address
    if address.drivername not in _POSTGRESQL_SPELLINGS:
        raise ConfigError(
            f"DATABASE_URL: data is kept in SQLite or PostgreSQL, not in "
            f"{address.drivername}; write for example {_EXAMPLES}."
        )
    if not address.database:
        raise ConfigError(
            "DATABASE_URL: name the database behind the host, for example "
            "postgresql+psycopg://user:password@host/polyphony."
        )
    schema_of(address)
    return address.set(drivername=POSTGRESQL)


def on_server(address: URL) -> bool:
    """Whether a server keeps the database; else it is a file."""
    return address.drivername == POSTGRESQL


def path_of(address: URL) -> Path:
    """The file of a database that is one: that which a symbolic link leads to."""
    return real_file(link_of(address))


def link_of(address: URL) -> Path:
    """The file as it was named; it may be a symbolic link."""
    return Path(address.database or "")


def real_file(path: Path) -> Path:
    """The file that a path means: what is to be replaced is never the link to it."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114


def display_address(address: URL) -> str:
    """The address as one may show it: a path, or a URL without a password."""
    if not on_server(address):
        return str(path_of(address))
    query = {key: each for key, each in address.query.items() if key in _SHOWN}
    shown = URL.create(
        "postgresql",
        address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query=query,
    )
    return shown.render_as_string()
