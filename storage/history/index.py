"""Queries the full-text indexes for matching rows, newest first.

The newest rows come first because they are asked for by descending ids: ranking, or
ordering by a time, would make a common word as slow as it is common.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.history.query import Words
from storage.schema import search_ddl_postgresql, search_ddl_sqlite

CHUNK = 500
"""Rows that are fetched at a time."""

WINDOW = 2_000
"""PostgreSQL: the newest rows of an index, which are looked at one by one first."""

COMMON = 20
"""So many hits in a window, and the next one, ``WIDER`` times as large, has more of
them than are ever wanted: all that the index has of them would take far longer."""

WIDER = 8

NO_LIMIT: Final = 2**62


@dataclass(frozen=True, slots=True)
class Index:
    """One index, and the texts that it stands for.

    Attributes:
        name: Of the index.
        table: That has the texts.
        key: The table's column that the index is keyed by.
        column: The table's column with the text.
    """

    name: str
    table: str
    key: str
    column: str


CALLS: Final = Index(search_ddl_sqlite.CALLS, "call_texts", "call_id", "output")
TURNS: Final = Index(search_ddl_sqlite.TURNS, "turns", "id", "question")
TITLES: Final = Index(search_ddl_sqlite.TITLES, "conversations", "id", "title")


@dataclass(frozen=True, slots=True)
class IdSpan:
    """Ids that are looked at: from ``first`` up to, but not including, ``before``."""

    first: int = 0
    before: int = NO_LIMIT


def rows_with(
    session: Session, index: Index, words: Words, span: IdSpan, *, beginning: bool
) -> Iterator[int]:
    """The ids of the rows that have all the words, newest first.

    Args:
        session: Reading.
        index: Which texts.
        words: What is looked for; not nothing.
        span: Which ids.
        beginning: Whether the last word may go on.
    """
    query = _IndexQuery(session, index, words, beginning=beginning)
    if not words.parts:
        yield from query.having_words(span)
        return
    for ids in in_chunks(query.having_parts(span)):
        yield from query.those_with_words(ids) if words.phrases else ids


def in_chunks(ids: Iterator[int]) -> Iterator[list[int]]:
    """Group ids, so many that reading their rows together pays."""
    while chunk := list(islice(ids, CHUNK)):
        yield chunk


class _IndexQuery:
    """The queries of one search to one index."""

    def __init__(
        self, session: Session, index: Index, words: Words, *, beginning: bool
    ) -> None:
        self._session, self._index, self._words = session, index, words
        self._on_sqlite = session.get_bind().dialect.name == "sqlite"
        as_query = words.for_sqlite if self._on_sqlite else words.for_postgresql
        self._values: dict[str, str] = {"words": as_query(beginning=beginning)}
        name = index.name
        self._key = f"{name}.rowid" if self._on_sqlite else f"{name}.id"
        self._matches = (
            f"{name} MATCH :words"
            if self._on_sqlite
            else f"{name}.words @@ to_tsquery('pg_catalog.simple', :words)"
        )

    def having_words(self, span: IdSpan) -> Iterator[int]:
        """Rows with the words of the index."""
        if self._on_sqlite or span.before - span.first <= WINDOW:
            yield from self._matching(span)
            return
        size, common = WINDOW, True
        while common and span.first < span.before:
            newest = self._window(span, size)
            hits = list(self._matching(newest))
            yield from hits
            common = len(hits) >= COMMON
            span, size = replace(span, before=newest.first), WIDER * size
        if span.first < span.before:
            # all rows with the words, and only then those of the span
            yield from self._ids(
                f"WITH matching AS MATERIALIZED (SELECT id FROM {self._index.name} "  # noqa: S608
                f"WHERE {self._matches}) SELECT id FROM matching "
                "WHERE id >= :first AND id < :before ORDER BY id DESC",
                span,
            )

    def having_parts(self, span: IdSpan) -> Iterator[int]:
        """Rows with what no index of words can tell: texts are read, newest first."""
        index, parts = self._index, self._words.parts
        position = "instr" if self._on_sqlite else "strpos"
        having = [
            f"{position}({index.column}, :part{i}) > 0" for i in range(len(parts))
        ]
        if index is CALLS:  # only calls have an index of such texts
            dialect = search_ddl_sqlite if self._on_sqlite else search_ddl_postgresql
            having.insert(0, dialect.HAS_UNSPACED)
        query = (
            f"SELECT {index.key} FROM {index.table} WHERE {' AND '.join(having)} "  # noqa: S608
            f"AND {index.key} >= :first AND {index.key} < :before "
            f"ORDER BY {index.key} DESC"
        )
        return self._ids(
            query, span, {f"part{i}": part for i, part in enumerate(parts)}
        )

    def those_with_words(self, ids: Sequence[int]) -> Iterator[int]:
        """Those of the rows that have the words as well."""
        among = ", ".join(map(str, ids))
        span = IdSpan(ids[-1], ids[0] + 1)
        return self._matching(span, f"AND {self._key} IN ({among})")

    def _matching(self, span: IdSpan, also: str = "") -> Iterator[int]:
        """One statement for all: what matches a beginning is gathered only once."""
        query = (
            f"SELECT {self._key} FROM {self._index.name} WHERE {self._matches} "  # noqa: S608
            f"AND {self._key} >= :first AND {self._key} < :before {also} "
            f"ORDER BY {self._key} DESC"
        )
        return self._ids(query, span)

    def _window(self, span: IdSpan, size: int) -> IdSpan:
        """The newest rows, where PostgreSQL finds a common word by looking at each.

        Its planner cannot tell a common word from a rare one, and what is good for one
        is slow for the other.
        """
        name = self._index.name
        query = (
            f"SELECT id FROM {name} WHERE id >= :first AND id < :before "  # noqa: S608
            f"ORDER BY id DESC LIMIT 1 OFFSET {size}"
        )
        return IdSpan(next(self._ids(query, span), span.first), span.before)

    def _ids(
        self, query: str, span: IdSpan, values: Mapping[str, str] | None = None
    ) -> Iterator[int]:
        bounds = {"first": span.first, "before": span.before}
        given = {**self._values, **bounds, **(values or {})}
        with self._session.execute(text(query), given) as rows:
            for (row_id,) in rows:
                yield row_id
