"""Measures list and search with ten thousand conversations and a million calls."""

import statistics
import time
from collections.abc import Callable
from functools import partial

from bench.app import LINKS, AppProcess, opened_s
from bench.database import COMMON_WORD, RARE_WORD, TWO_WORDS, filled
from bench.figures import Figures, say
from storage.history import ConversationList, Filters, Search

LISTED = 50
TIMES = 40
QUERIES = (RARE_WORD, COMMON_WORD, TWO_WORDS)


def measure_history() -> Figures:
    """List and search them, and open the page that does."""
    with filled() as database:
        listing, search = ConversationList(database), Search(database)
        listed_ms = _taken_ms(lambda: _list(listing))
        searched_ms = {
            query: _taken_ms(partial(_search, search, query)) for query in QUERIES
        }
        url = f"sqlite:///{database.path}"
    for query, taken_ms in searched_ms.items():
        median_ms = statistics.median(taken_ms)
        say(f"history: {query!r} {median_ms:.1f} ms, slowest {max(taken_ms):.1f} ms")
    with AppProcess(database_url=url) as app:
        page_s = opened_s(f"{app.url}/history", LINKS)
    return {
        "history_list_ms": statistics.median(listed_ms),
        "history_list_ms_slowest": max(listed_ms),
        "search_ms": max(map(statistics.median, searched_ms.values())),
        "history_page_s": page_s,
    }


def _taken_ms(action: Callable[[], None]) -> list[float]:
    taken_ms = []
    for _ in range(TIMES):
        began_s = time.perf_counter()
        action()
        taken_ms.append(1000 * (time.perf_counter() - began_s))
    return taken_ms


def _list(listing: ConversationList) -> None:
    wanted = Filters(archived=False)
    listed = [*listing.pinned(wanted), *listing.newest(wanted, LISTED)]
    if len(listed) < LISTED or not any(each.cost.usd for each in listed):
        raise ValueError("the list has not its conversations, or no costs")


def _search(search: Search, query: str) -> None:
    hits = search.find(query).hits
    pieces = [p for hit in hits for match in hit.matches for p in match.pieces]
    if not hits or not any(piece.hit for piece in pieces):
        raise ValueError(f"nothing was found of {query}")
