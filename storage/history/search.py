"""Finds what was asked and answered by its words, newest first."""

import heapq
from dataclasses import replace
from itertools import repeat
from typing import Final, TypeAlias

from sqlalchemy.orm import Session

from storage.database import Database
from storage.history.filters import Filters
from storage.history.hits import hits_of
from storage.history.index import CALLS, NO_LIMIT, TITLES, TURNS
from storage.history.models_used import ModelsUsed
from storage.history.query import parse
from storage.history.results import Cursor, SearchPage
from storage.history.rows import RowFound, Stream, Wanted

Key: TypeAlias = tuple[int, int | None]
"""Ids of a conversation and, but for titles, of a turn."""

_NEWEST: Final = Cursor(NO_LIMIT, NO_LIMIT, NO_LIMIT, beginning=False)
_NOTHING: Final = SearchPage((), None)


class Search:
    """The search over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._models = ModelsUsed()

    def find(
        self,
        query: str,
        filters: Filters | None = None,
        limit: int = 20,
        before: Cursor | None = None,
    ) -> SearchPage:
        """What has all the words of ``query``, one hit a turn, newest first.

        The words must stand in one text. Case, accents and marks do not matter,
        "quoted words" must stand side by side, and the last word may be the beginning
        of one: a long one in any case, a short one if nothing has it as it is.

        Args:
            query: Whatever was typed; nothing is found if it has no word.
            filters: What is wanted; ``None`` for everything.
            limit: Hits of a page.
            before: Where the page before this one ended.

        Raises:
            StorageError: The database cannot be read.
        """
        words = parse(query)
        if not words:
            return _NOTHING
        with self._database.reading() as session:
            filters = filters or Filters()
            config_ids = self._models.configs_with(session, filters.model)
            wanted = Wanted(words, filters, config_ids)
            start = before or replace(_NEWEST, beginning=words.surely_goes_on)
            page = _page(session, wanted, limit, start)
            if page == _NOTHING and before is None and words.goes_on:
                start = replace(_NEWEST, beginning=True)
                page = _page(session, wanted, limit, start)
        return page


def _page(session: Session, wanted: Wanted, limit: int, start: Cursor) -> SearchPage:
    """Take the newest rows of every kind until ``limit`` turns have come up."""
    streams = (
        Stream(session, CALLS, wanted, start.call_id, beginning=start.beginning),
        Stream(session, TURNS, wanted, start.turn_id, beginning=start.beginning),
        Stream(
            session, TITLES, wanted, start.conversation_id, beginning=start.beginning
        ),
    )
    groups: dict[Key, list[RowFound]] = {}
    full = False
    tagged = [zip(repeat(stream), stream, strict=False) for stream in streams]
    for stream, row in heapq.merge(*tagged, key=lambda pair: -pair[1].at):
        key = (row.conversation_id, row.turn_id)
        full = key not in groups and len(groups) == limit
        if full:
            break
        stream.taken = row.id
        groups.setdefault(key, []).append(row)
    hits = hits_of(session, list(groups.values()), wanted.words)
    if not full and all(stream.ended for stream in streams):
        return SearchPage(hits, None)
    calls, turns, titles = (stream.taken for stream in streams)
    return SearchPage(hits, Cursor(calls, turns, titles, beginning=start.beginning))
