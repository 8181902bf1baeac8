"""Creates the search index of SQLite: FTS5 beside the tables, filled by triggers.

The index holds words and where they stand, the tables hold the texts ("external
content"). What a call has written is indexed once, when the call has ended: a text
that is rewritten every second would be indexed every second.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

from moa_core.unspaced_scripts import ROUGHLY_UNSPACED

CALLS, TURNS, TITLES = "search_calls", "search_turns", "search_titles"

_TOKENS = "columnsize=0, tokenize='unicode61 remove_diacritics 2'"
_INDEXES: Final = {
    CALLS: "output, content='search_ended_texts', content_rowid='call_id'",
    TURNS: "question, content='turns', content_rowid='id'",
    TITLES: "title, content='conversations', content_rowid='id'",
}
SECURE_DELETE_SINCE: Final = (3, 42, 0)
"""From here on words of deleted texts leave the index at once. Indexes in which that
has happened have a form that earlier versions refuse to read, and to write."""

_EARLIER_FORM = 4

HAS_UNSPACED: Final = f"output GLOB '*[{ROUGHLY_UNSPACED}]*'"
"""Whether a call's text may have a script without spaces. A query that says so word for
word reads the index of those texts only."""

_ENDED = "status NOT IN ('pending', 'running')"
_ENDED_TEXTS = f"""
CREATE VIEW search_ended_texts AS
SELECT call_id, output FROM call_texts JOIN calls ON calls.id = call_id WHERE {_ENDED}
"""  # noqa: S608 - constants
_CALL_ENDED = (
    "EXISTS (SELECT 1 FROM calls WHERE id = {row}.call_id AND " + _ENDED + ")"  # noqa: S608
)
_ADD_TEXT = f"INSERT INTO {CALLS}(rowid, output) VALUES (NEW.call_id, NEW.output);"  # noqa: S608
_DROP_TEXT = (
    f"INSERT INTO {CALLS}({CALLS}, rowid, output) "  # noqa: S608
    "VALUES ('delete', OLD.call_id, OLD.output);"
)

# A row may only be taken out of the index if it is in it, and only with the text that
# was put in: anything else breaks the index. In it are exactly the texts of ended
# calls. When a call is deleted, its text follows, without a call to ask by then.
_OF_CALLS: Final = {
    "search_call_ended": f"""
        AFTER UPDATE OF status ON calls
        WHEN OLD.status IN ('pending', 'running') AND NEW.{_ENDED} BEGIN
        INSERT INTO {CALLS}(rowid, output)
        SELECT call_id, output FROM call_texts WHERE call_id = NEW.id; END""",  # noqa: S608
    "search_call_deleted": f"""
        BEFORE DELETE ON calls WHEN OLD.{_ENDED} BEGIN
        INSERT INTO {CALLS}({CALLS}, rowid, output)
        SELECT 'delete', call_id, output FROM call_texts WHERE call_id = OLD.id; END""",  # noqa: S608
    "search_text_added": f"""
        AFTER INSERT ON call_texts WHEN {_CALL_ENDED.format(row="NEW")} BEGIN
        {_ADD_TEXT} END""",
    "search_text_changed": f"""
        AFTER UPDATE OF output ON call_texts
        WHEN OLD.output <> NEW.output AND {_CALL_ENDED.format(row="NEW")} BEGIN
        {_DROP_TEXT} {_ADD_TEXT} END""",
    "search_text_deleted": f"""
        AFTER DELETE ON call_texts WHEN {_CALL_ENDED.format(row="OLD")} BEGIN
        {_DROP_TEXT} END""",
}


def create_fts(connection: Connection) -> None:
    """Make the indexes, fill them with what is there, and keep them up to date."""
    for index, columns in _INDEXES.items():
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE {index} USING fts5({columns}, {_TOKENS})"
        )
        if _version(connection) >= SECURE_DELETE_SINCE:
            _command(connection, index, "'secure-delete', 1")
    _attach(connection)
    rebuild_fts(connection)


def rebuild_fts(connection: Connection) -> None:
    """Index every text anew: after a migration that changed texts."""
    for index in _INDEXES:
        _command(connection, index, "'rebuild', NULL")


def settle(connection: Connection) -> None:
    """Bring indexes into the form of this SQLite, if one from a newer one came here.

    Otherwise nothing could be written any more, since all that is written is indexed.
    """
    if _version(connection) >= SECURE_DELETE_SINCE or not _has(connection, CALLS):
        return
    for index in _INDEXES:
        older = connection.exec_driver_sql(
            f"UPDATE {index}_config SET v = {_EARLIER_FORM} "  # noqa: S608
            f"WHERE k = 'version' AND v > {_EARLIER_FORM}"
        )
        if older.rowcount:
            _command(connection, index, "'rebuild', NULL")


@contextmanager
def detached_fts(connection: Connection) -> Iterator[None]:
    """Rebuild tables in here: no trigger, view or index of ours is in the way.

    A trigger or view that names a table which is about to be replaced makes SQLite
    refuse the replacement; and what stands on the replaced table would go with it.
    """
    for kind, name in connection.exec_driver_sql(
        "SELECT type, name FROM sqlite_master WHERE name LIKE 'search\\_%' ESCAPE '\\' "
        "AND type IN ('trigger', 'view', 'index') AND sql IS NOT NULL"
    ).fetchall():
        connection.exec_driver_sql(f"DROP {kind} {name}")
    yield
    if _has(connection, CALLS):
        _attach(connection)


def _attach(connection: Connection) -> None:
    if _has(connection, "search_ended_texts"):
        return
    connection.exec_driver_sql(_ENDED_TEXTS)
    connection.exec_driver_sql(
        f"CREATE INDEX search_calls_unspaced ON call_texts (call_id) "
        f"WHERE {HAS_UNSPACED}"
    )
    triggers = (
        _OF_CALLS
        | _mirrored(TURNS, "turns", "question")
        | _mirrored(TITLES, "conversations", "title")
    )
    for name, trigger in triggers.items():
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {trigger}")


def _mirrored(index: str, table: str, column: str) -> dict[str, str]:
    """Triggers under which an index follows one column of a table."""
    add = f"INSERT INTO {index}(rowid, {column}) VALUES (NEW.id, NEW.{column});"  # noqa: S608
    drop = (
        f"INSERT INTO {index}({index}, rowid, {column}) "  # noqa: S608
        f"VALUES ('delete', OLD.id, OLD.{column});"
    )
    return {
        f"{index}_added": f"AFTER INSERT ON {table} BEGIN {add} END",
        f"{index}_changed": f"AFTER UPDATE OF {column} ON {table} "
        f"WHEN OLD.{column} <> NEW.{column} BEGIN {drop} {add} END",
        f"{index}_deleted": f"AFTER DELETE ON {table} BEGIN {drop} END",
    }


def _command(connection: Connection, index: str, words: str) -> None:
    connection.exec_driver_sql(f"INSERT INTO {index}({index}, rank) VALUES ({words})")  # noqa: S608


def _has(connection: Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = ?"
    return connection.exec_driver_sql(query, (name,)).first() is not None


def _version(connection: Connection) -> tuple[int, ...]:
    version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    return tuple(map(int, version.split(".")))
