"""Asks the indexes of words: which rows have what is looked for, newest first.

The newest rows come first because they are asked for by descending ids: ranking, or
ordering by a time, would make a common word as slow as it is common.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage import search_postgresql, search_sqlite
from storage.search_words import Words

CHUNK = 500
"""Rows that are fetched at a time."""

_WINDOW = 5_000
"""PostgreSQL: the newest rows of an index, which are looked at one by one first."""

NO_LIMIT: Final = 2**62


@dataclass(frozen=True, slots=True)
class Index:
    """One index, and the texts that it stands for.

    Attributes:
        name: Of the index.
        table: That has the texts.
        key: The table's column that the index is keyed by.
        column: The table's column with the text.
        has_unspaced: Narrows the table to texts in scripts without spaces, by dialect.
    """

    name: str
    table: str
    key: str
    column: str
    has_unspaced: tuple[tuple[str, str], ...] = ()


CALLS: Final = Index(
    search_sqlite.CALLS,
    "call_texts",
    "call_id",
    "output",
    (
        ("sqlite", search_sqlite.HAS_UNSPACED),
        ("postgresql", search_postgresql.HAS_UNSPACED),
    ),
)
TURNS: Final = Index(search_sqlite.TURNS, "turns", "id", "question")
TITLES: Final = Index(search_sqlite.TITLES, "conversations", "id", "title")


@dataclass(frozen=True, slots=True)
class Span:
    """Ids that are looked at: from ``first`` up to, but not including, ``before``."""

    first: int = 0
    before: int = NO_LIMIT


def rows_with(
    session: Session, index: Index, words: Words, span: Span, *, beginning: bool
) -> Iterator[list[int]]:
    """The ids of the rows that have all the words, newest first, in chunks.

    Args:
        session: Reading.
        index: Which texts.
        words: What is looked for; not nothing.
        span: Which ids.
        beginning: Whether the last word may go on.
    """
    dialect = session.get_bind().dialect.name
    values: dict[str, str | int] = {"first": span.first, "before": span.before}
    values |= {f"part{i}": part for i, part in enumerate(words.parts)}
    if not words.phrases:
        query = _having_parts(dialect, index, words)
    elif dialect == "sqlite":
        query = _in_sqlite(index, words)
        values["words"] = words.for_sqlite(beginning=beginning)
    else:
        values["words"] = words.for_postgresql(beginning=beginning)
        yield from _in_postgresql(session, index, words, values)
        return
    with session.execute(text(query), values) as result:
        for rows in result.partitions(CHUNK):
            yield [row_id for (row_id,) in rows]


def _in_sqlite(index: Index, words: Words) -> str:
    """One statement for all chunks: what matches a beginning is gathered only once."""
    name = index.name
    return (
        f"SELECT {name}.rowid FROM {name} {_with_texts('sqlite', index, words)} "  # noqa: S608
        f"WHERE {name} MATCH :words AND {name}.rowid >= :first "
        f"AND {name}.rowid < :before ORDER BY {name}.rowid DESC"
    )


def _in_postgresql(
    session: Session, index: Index, words: Words, values: Mapping[str, str | int]
) -> Iterator[list[int]]:
    """A common word is found among the newest rows, a rare one by the index.

    The planner cannot tell which it is, and either way is slow for the other.
    """
    newest = session.scalar(
        text(
            f"SELECT id FROM {index.name} WHERE id >= :first AND id < :before "  # noqa: S608
            f"ORDER BY id DESC OFFSET {_WINDOW} LIMIT 1"
        ),
        values,
    )
    texts = _with_texts("postgresql", index, words)
    among_newest = (
        f"SELECT s.id FROM {index.name} s {texts} WHERE s.id > :newest "  # noqa: S608
        "AND s.id >= :first AND s.id < :before "
        "AND s.words @@ to_tsquery('pg_catalog.simple', :words) ORDER BY s.id DESC"
    )
    by_index = (
        f"WITH found AS MATERIALIZED (SELECT id FROM {index.name} "  # noqa: S608
        "WHERE words @@ to_tsquery('pg_catalog.simple', :words)) "
        f"SELECT s.id FROM found s {texts} WHERE s.id <= :newest AND s.id >= :first "
        "ORDER BY s.id DESC"
    )
    bounds = {**values, "newest": -1 if newest is None else newest}
    yield from _chunks(session.scalars(text(among_newest), bounds).all())
    if newest is not None:
        yield from _chunks(session.scalars(text(by_index), bounds).all())


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for at in range(0, len(ids), CHUNK):
        yield list(ids[at : at + CHUNK])


def _having_parts(dialect: str, index: Index, words: Words) -> str:
    """Without an index of words: the texts are read, newest first."""
    unspaced = dict(index.has_unspaced).get(dialect)
    having = [unspaced] if unspaced else []
    return (
        f"SELECT {index.key} FROM {index.table} AS t WHERE "  # noqa: S608
        + " AND ".join([*having, *_parts(dialect, index, words)])
        + f" AND {index.key} >= :first AND {index.key} < :before "
        f"ORDER BY {index.key} DESC"
    )


def _with_texts(dialect: str, index: Index, words: Words) -> str:
    """Joins the texts where more is asked of them than the index can tell."""
    if not words.parts:
        return ""
    row = f"{index.name}.rowid" if dialect == "sqlite" else "s.id"
    asked = " AND ".join(_parts(dialect, index, words))
    return f"JOIN {index.table} t ON t.{index.key} = {row} AND {asked}"


def _parts(dialect: str, index: Index, words: Words) -> list[str]:
    position = "instr" if dialect == "sqlite" else "strpos"
    return [
        f"{position}(t.{index.column}, :part{i}) > 0" for i in range(len(words.parts))
    ]
