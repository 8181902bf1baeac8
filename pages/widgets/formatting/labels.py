"""Gives the entries of a list labels that differ."""

from collections.abc import Hashable, Mapping
from itertools import count
from typing import TypeVar

Entry = TypeVar("Entry", bound=Hashable)


def distinct_labels(labels: Mapping[Entry, str]) -> dict[Entry, str]:
    """The labels, of which equal ones are numbered: ``Sky``, ``Sky (2)``.

    A list in the browser gives back a label, not its entry: of two alike, the first.
    """
    distinct: dict[Entry, str] = {}
    given, taken = set(labels.values()), set[str]()
    for entry, label in labels.items():
        numbered = (f"{label} ({number})" for number in count(2))
        free = (each for each in numbered if each not in given | taken)
        distinct[entry] = next(free) if label in taken else label
        taken.add(distinct[entry])
    return distinct
