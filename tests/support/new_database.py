"""Copies a new database file, and compiles SQL once for all databases of a process.

Both take longer than what a test then does: all migrations, and the statements, which
SQLAlchemy keeps for each engine, while nearly every test has its own.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy

from storage.database import postgresql, sqlite
from storage.database.sessions import Database


class _Compiled(dict):
    """Statements by keys that begin with the dialect of an engine: here, its kind."""

    def get(self, key, default=None):
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key, compiled):
        super().__setitem__((type(key[0]), *key[1:]), compiled)


_COMPILED = _Compiled()


def _create_engine(*args: Any, **options: Any) -> sqlalchemy.Engine:
    shared = {"compiled_cache": _COMPILED}
    return sqlalchemy.create_engine(*args, execution_options=shared, **options)


def compile_once() -> None:
    """Let all engines of this process share what SQLAlchemy has compiled."""
    for kind in (sqlite, postgresql):
        kind.create_engine = _create_engine  # type: ignore[attr-defined]


@cache
def new_file() -> Path:
    """A database as one finds it at the first start, once for this process."""
    compile_once()
    folder = tempfile.mkdtemp(prefix="polyphony-new-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "polyphony.db"
    Database.open(f"sqlite:///{path}").close()
    return path


def copy_new_file(path: Path) -> Path:
    """Put such a database at ``path``."""
    shutil.copy(new_file(), path)
    return path
