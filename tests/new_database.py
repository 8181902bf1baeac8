"""Copies a new database file, which is sooner done than running all migrations."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from storage.database.sessions import Database


@cache
def new_file() -> Path:
    """A database as one finds it at the first start, once for this process."""
    folder = tempfile.mkdtemp(prefix="polyphony-new-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "polyphony.db"
    Database.open(f"sqlite:///{path}").close()
    return path


def copy_new_file(path: Path) -> Path:
    """Put such a database at ``path``."""
    shutil.copy(new_file(), path)
    return path
