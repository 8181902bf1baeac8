"""Opens the database: SQLite or PostgreSQL, sessions, migrations and locks."""

from storage.database import sqlite
from storage.database.address import (
    beside,
    data_folder,
    display_address,
    home_folder,
    located,
    on_server,
    parse_url,
    path_of,
    real_file,
)
from storage.database.coordination import advisory_lock, clock_ms
from storage.database.disk import BESIDE
from storage.database.error_translation import (
    translate,
    translate_copying,
    translate_writing,
)
from storage.database.migrate import UNFINISHED, backups
from storage.database.presence import drop, is_there
from storage.database.revisions import VERSIONS, applied, names, refuse_foreign
from storage.database.sessions import Database, database_of
from storage.database.sqlite import BUSY_TIMEOUT_S
from storage.database.workers import LEASE_MS, Worker

__all__ = [
    "BESIDE", "BUSY_TIMEOUT_S", "LEASE_MS", "UNFINISHED", "VERSIONS", "Database",
    "Worker", "advisory_lock", "applied", "backups", "beside", "clock_ms",
    "data_folder", "database_of", "display_address", "drop", "home_folder", "is_there",
    "located", "names", "on_server", "parse_url", "path_of", "real_file",
    "refuse_foreign",
    "sqlite", "translate", "translate_copying", "translate_writing",
]  # fmt: skip
