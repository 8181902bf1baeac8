"""Gives the entries of a list labels that differ."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

Entry = TypeVar("Entry", bound=Hashable)


def distinct_labels(labels: Mapping[Entry, str]) -> dict[Entry, str]:
    """The labels, of which equal ones are numbered: ``Sky``, ``Sky (2)``.

    A list in the browser gives back a label, not its entry: of two alike, the first.
    """
    distinct: dict[Entry, str] = {}
    taken, count = set(labels.values()), Counter[str]()
    for entry, label in labels.items():
        count[label] += 1
        numbered = label
        while count[label] > 1 and numbered in taken:
            numbered = f"{label} ({count[label]})"
            count[label] += numbered in taken
        taken.add(numbered)
        distinct[entry] = numbered
    return distinct
