"""Creates the search index of PostgreSQL: tables of words beside the texts, with GIN.

As in SQLite a call's text is indexed once, when the call has ended; rows go with what
they were made of. ``search_words`` folds case and accents and knows no language, so
that both databases find the same.
"""

import string
from typing import Final

from sqlalchemy import Connection

from moa_core.unspaced_scripts import ROUGHLY_UNSPACED

CALLS, TURNS, TITLES = "search_calls", "search_turns", "search_titles"

HAS_UNSPACED: Final = f"output ~ '[{ROUGHLY_UNSPACED}]'"
"""Whether a call's text may have a script without spaces. A query that says so word for
word reads the index of those texts only."""

LONGEST_CHARS = 100_000
"""What a text says behind this is not indexed: all words of one may be 1 MB."""

_MARKS = (
    string.punctuation + "\u00a1\u00ab\u00b7\u00bb\u00bf\u2010\u2011\u2012\u2013\u2014"
    "\u2018\u2019\u201a\u201c\u201d\u201e\u2022\u2026\u2190\u2192\u3001\u3002"
)
_SEPARATORS = "".join(f"\\u{ord(mark):04x}" for mark in _MARKS)

# Marks become spaces: else addresses, paths and versions would be words of their own.
_WORDS = f"""
CREATE FUNCTION search_words(body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
SELECT to_tsvector('pg_catalog.simple', translate(normalize(regexp_replace(
    normalize(lower(left(body, {LONGEST_CHARS})), NFD), '[\\u0300-\\u036f]', '', 'g'
), NFC), E'{_SEPARATORS}', repeat(' ', {len(_MARKS)}))) $$
"""
_ENDED = "status NOT IN ('pending', 'running')"
_TABLES: Final = {CALLS: "call_texts(call_id)", TURNS: "turns", TITLES: "conversations"}

_PUT = """
INSERT INTO {index} {texts}
ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words
"""
_ENDED_TEXT = (
    "SELECT call_id, search_words(output) FROM call_texts "  # noqa: S608
    f"JOIN calls ON calls.id = call_id WHERE {_ENDED}"
)
_ALL: Final = {
    CALLS: _ENDED_TEXT,
    TURNS: "SELECT id, search_words(question) FROM turns",
    TITLES: "SELECT id, search_words(title) FROM conversations",
}
_TRIGGERS: Final = (
    (
        "search_call_ended",
        "AFTER UPDATE OF status ON calls FOR EACH ROW "
        f"WHEN (OLD.status IN ('pending', 'running') AND NEW.{_ENDED})",
        _PUT.format(index=CALLS, texts=f"{_ENDED_TEXT} AND call_id = NEW.id"),
    ),
    (
        "search_text_written",
        "AFTER INSERT OR UPDATE OF output ON call_texts FOR EACH ROW",
        _PUT.format(index=CALLS, texts=f"{_ENDED_TEXT} AND call_id = NEW.call_id"),
    ),
    (
        "search_question_written",
        "AFTER INSERT OR UPDATE OF question ON turns FOR EACH ROW",
        _PUT.format(index=TURNS, texts="VALUES (NEW.id, search_words(NEW.question))"),
    ),
    (
        "search_title_written",
        "AFTER INSERT OR UPDATE OF title ON conversations FOR EACH ROW",
        _PUT.format(index=TITLES, texts="VALUES (NEW.id, search_words(NEW.title))"),
    ),
)


def create_tsvectors(connection: Connection) -> None:
    """Make the indexes, fill them with what is there, and keep them up to date."""
    connection.exec_driver_sql(_WORDS)
    for index, table in _TABLES.items():
        connection.exec_driver_sql(
            f"CREATE TABLE {index} (id bigint PRIMARY KEY REFERENCES {table} "
            "ON DELETE CASCADE, words tsvector NOT NULL)"
        )
    rebuild_tsvectors(connection)
    for index in _TABLES:
        connection.exec_driver_sql(
            f"CREATE INDEX {index}_words ON {index} USING gin (words)"
        )
    connection.exec_driver_sql(
        "CREATE INDEX search_calls_unspaced ON call_texts (call_id) "
        f"WHERE {HAS_UNSPACED}"
    )
    for name, when, what in _TRIGGERS:
        connection.exec_driver_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {what}; RETURN NULL; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"
        )


def rebuild_tsvectors(connection: Connection) -> None:
    """Index every text anew: after a migration that changed texts."""
    for index, texts in _ALL.items():
        connection.exec_driver_sql(_PUT.format(index=index, texts=texts))
