"""A database of ten thousand conversations with a million calls, written once.

It is kept in the system's folder for temporary files, because writing it takes minutes;
it is written anew when the schema or what fills it has changed.
"""

import hashlib
import inspect
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.database import fill, fill_texts
from bench.figures import say
from storage.database import VERSIONS, Database
from storage.schema import search_ddl_sqlite
from storage.values import unspaced_scripts

CONVERSATIONS = 10_000


@contextmanager
def filled() -> Iterator[Database]:
    """The database, open; whoever changes it puts things back."""
    path = _path()
    if not path.exists():
        _write(path)
    database = Database.open(f"sqlite:///{path}")
    size_mb = path.stat().st_size / 1e6
    say(f"{CONVERSATIONS:,} conversations, a million calls, {size_mb:,.0f} MB: {path}")
    try:
        yield database
    finally:
        database.close()


def _path() -> Path:
    modules = (fill, fill_texts, search_ddl_sqlite, unspaced_scripts)
    made_of = [
        *sorted(VERSIONS.glob("*.py")),
        *(Path(inspect.getfile(m)) for m in modules),
    ]
    sources = b"".join(each.read_bytes() for each in made_of)
    name = f"{hashlib.sha256(sources).hexdigest()[:12]}-{CONVERSATIONS}.db"
    folder = Path(tempfile.gettempdir()) / f"polyphony-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name


def _write(path: Path) -> None:
    for old in path.parent.glob("*.db*"):
        old.unlink()  # of another schema
    unfinished = path.with_suffix(".unfinished.db")
    say(f"writing {CONVERSATIONS:,} conversations with a million calls, once")
    began_s = time.monotonic()
    database = Database.open(f"sqlite:///{unfinished}")
    fill.fill(database, CONVERSATIONS)
    database.close()
    unfinished.rename(path)
    say(f"written in {time.monotonic() - began_s:.0f} s")
