"""Labels the entries of a list, and the dots of a chart, so that all can be read."""

from collections.abc import Hashable, Iterable, Mapping
from itertools import count
from typing import Final, TypeVar

SAME_PLACE: Final = 0.03
"""Dots that are nearer than this share of an axis have labels that overlap."""

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


def dot_labels(
    dots: Mapping[str, tuple[float, float]], first: Iterable[str] = ()
) -> dict[str, list[str]]:
    """What is written beside each dot of a chart: at one place, one label for all.

    Args:
        dots: Where they are, by name; the first at a place has the label.
        first: Names that come before all others.

    Returns:
        The names beside each dot, none where they stand beside another one.
    """
    spans = [max(axis) - min(axis) for axis in zip(*dots.values(), strict=True)]
    labels: dict[str, list[str]] = {}
    for name in dict.fromkeys([*first, *dots]):
        place, labels[name] = dots[name], [name]
        for other, names in labels.items():
            apart = zip(place, dots[other], spans, strict=True)
            near = all(abs(a - b) <= SAME_PLACE * span for a, b, span in apart)
            if names and near and other != name:
                names.append(name)
                labels[name] = []
                break
    return labels
