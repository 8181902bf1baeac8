"""Writes an experiment as CSV: a row for each question and pair."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from moa_core.evaluation import PairItem, PairReading
from moa_core.experiments.findings.result import Votes, pair_items
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import Pair, Protocol
from moa_core.experiments.store import Progress

COLUMNS: Final = (
    "place", "id", "question", "kind", "pair", "judge", "mixture_first",
    "mixture_second", "clearly", "vote", "mixture_usd", "other_usd",
    "mixture_seconds", "other_seconds", "mixture_characters", "other_characters",
)  # fmt: skip
"""``judge`` and ``vote`` are 1 for the mixture, 0 for the other answer, 0.5 for a tie;
``mixture_first`` and ``mixture_second`` what the judge said in each order. What is not
known is empty."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def questions_csv(
    protocol: Protocol, items: Sequence[Item], progress: Progress, votes: Votes
) -> str:
    """A table in the order that was drawn, for spreadsheets and statistics."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    place_of = {item.id: place for place, item in enumerate(items, 1)}
    question_of = {item.id: item.question for item in items}
    for pair in protocol.pairs:
        for each in pair_items(items, progress, votes, pair):
            head = (place_of[each.item], each.item, _cell(question_of[each.item]))
            writer.writerow([*head, *_figures(pair, each)])
    return file.getvalue()


def _figures(pair: Pair, item: PairItem) -> Iterator[object]:
    first, second = item.readings or (PairReading(), PairReading())
    yield from (_cell(item.kind), pair, _known(item.outcome))
    yield from (first.better or "", second.better or "")
    yield first.clearly and second.clearly if item.readings else ""
    yield _known(item.vote)
    for name in ("cost_usd", "seconds", "characters"):
        for side in (item.ours, item.theirs):
            yield _known(getattr(side, name))


def _known(value: object) -> object:
    return "" if value is None else value


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
