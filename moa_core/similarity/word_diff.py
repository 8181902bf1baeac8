"""Compares two texts word by word: the pieces that were kept, removed and added."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal, NamedTuple

from moa_core.similarity.terms import MARKS
from moa_core.unspaced_scripts import UNSPACED

DiffKind = Literal["kept", "removed", "added"]

WORDS_OF_AN_ISLAND = 3
"""So few kept words are not told apart from longer changes on both sides of them."""

PAIRS_AT_MOST = 400_000_000
"""20,000 words with 20,000 others, which takes 50 MB."""

_WORD = re.compile(
    rf"\n\s*\n|[{UNSPACED}]|(?:(?![{UNSPACED}])[\w{MARKS}])+(?:['’]\w+)?|[^\w\s]"
)
"""A word, a character where no spaces part words, a mark, or a paragraph's end."""

_LINE = re.compile(r"\S[^\n]*")
_LETTERS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A stretch of text, never empty, that was kept, removed or added."""

    kind: DiffKind
    text: str


class _Change(NamedTuple):
    """``before[start:end]`` became ``after[new_start:new_end]``."""

    start: int
    end: int
    new_start: int
    new_end: int

    @property
    def size(self) -> int:
        return max(self.end - self.start, self.new_end - self.new_start)


def word_difference(before: str, after: str) -> tuple[DiffPart, ...]:
    """Every character of both texts in order; what is removed stands before its change.

    Kept and removed pieces joined give ``before``, kept and added ones ``after``. The
    most words that both have in the same order are kept. Then the few that stand
    between longer changes count as changed too, for who reads wants phrases. Two times
    2,000 words take milliseconds; texts too long for that are compared line by line, or
    not at all if even the lines are too many.
    """
    changes = _changes(before, after, _common(before, after))
    return tuple(_parts(before, after, _joined(before, changes)))


def _common(before: str, after: str) -> Iterator[tuple[int, int, int]]:
    """Stretches in both texts: where they begin in either, and their length."""
    for pattern in (_WORD, _LINE):
        old, new = (list(pattern.finditer(text)) for text in (before, after))
        if len(old) * len(new) <= PAIRS_AT_MOST:
            for i, j in _same(old, new):
                yield old[i].start(), new[j].start(), len(old[i][0])
            return


def _same(
    old: Sequence[re.Match[str]], new: Sequence[re.Match[str]]
) -> Iterator[tuple[int, int]]:
    """Places of equal tokens, the most there can be in the same order."""
    from rapidfuzz.distance import LCSseq

    number: dict[str, int] = {}
    rows = [
        [number.setdefault(token[0], len(number)) for token in row]
        for row in (old, new)
    ]
    for code in LCSseq.opcodes(*rows):
        if code.tag == "equal":
            old_places = range(code.src_start, code.src_end)
            new_places = range(code.dest_start, code.dest_end)
            yield from zip(old_places, new_places, strict=True)


def _changes(
    before: str, after: str, common: Iterable[tuple[int, int, int]]
) -> Iterator[_Change]:
    """What lies between kept stretches, without the white space that it shares."""
    old = new = 0
    for start, new_start, length in [*common, (len(before), len(after), 0)]:
        yield from _trimmed(before, after, _Change(old, start, new, new_start))
        old, new = start + length, new_start + length


def _trimmed(before: str, after: str, change: _Change) -> Iterator[_Change]:
    start, end, new_start, new_end = change
    space = _shared_space(before[start:end], after[new_start:new_end])
    start, new_start = start + space, new_start + space
    space = _shared_space(
        reversed(before[start:end]), reversed(after[new_start:new_end])
    )
    end, new_end = end - space, new_end - space
    if start < end or new_start < new_end:
        yield _Change(start, end, new_start, new_end)


def _shared_space(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters of white space both begin with."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in takewhile(lambda pair: pair[0].isspace(), pairs))


def _joined(before: str, changes: Iterable[_Change]) -> list[_Change]:
    """Changes with the islands between them taken in."""
    joined: list[_Change] = []
    for change in changes:
        while joined and _is_island(before, joined[-1], change):
            last = joined.pop()
            change = _Change(last.start, change.end, last.new_start, change.new_end)
        joined.append(change)
    return joined


def _is_island(before: str, one: _Change, other: _Change) -> bool:
    """Whether what is kept between two changes is too little to be told apart."""
    between = before[one.end : other.start]
    if "\n" in between:
        return False
    words = len(_LETTERS.findall(between))
    small = len(between) <= min(one.size, other.size)
    return words == 0 or (small and words <= WORDS_OF_AN_ISLAND)


def _parts(before: str, after: str, changes: Sequence[_Change]) -> Iterator[DiffPart]:
    begin = _Change(0, 0, 0, 0)
    end = _Change(len(before), len(before), len(after), len(after))
    for last, change in pairwise((begin, *changes, end)):
        parts = (
            DiffPart("kept", before[last.end : change.start]),
            DiffPart("removed", before[change.start : change.end]),
            DiffPart("added", after[change.new_start : change.new_end]),
        )
        yield from (part for part in parts if part.text)
