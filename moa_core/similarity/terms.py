"""Splits texts into the words that are compared, also where no spaces part them."""

import re
from collections.abc import Iterator

from moa_core.unspaced_scripts import UNSPACED

MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u0900-\u0963\u0971-\u0e00\u0f18-\u0fbc\u1dc0-\u1dff\u20d0-\u20ff\u200c\u200d"
)
"""Signs that belong to the letter before them; ``\\w`` does not know them all."""

_TERM = re.compile(
    rf"(?P<unspaced>[{UNSPACED}]+)"
    rf"|(?:(?![{UNSPACED}_])[\w{MARKS}])+(?:'(?![{UNSPACED}_])\w+)?"
)
_LONG = 5
_UNSPACED_FROM = "\u0e00"
_PAIR_OF_CHARACTERS = 0.5
_SHORT_ENDING = re.compile(r"'s\Z")


def terms(text: str) -> list[str]:
    """Words in lower case and in order; Markdown's marks and punctuation are none.

    Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer are cut into pairs of
    characters that overlap, since no spaces tell their words: a run of n characters
    gives n - 1 terms, a single one itself. A possessive ``'s`` is left out.
    """
    return [
        term
        for match in _TERM.finditer(text.casefold().replace("’", "'"))
        for term in _of(match)
    ]


def _of(match: re.Match[str]) -> Iterator[str]:
    run = match[0]
    if match["unspaced"] and len(run) > 1:
        yield from (run[i : i + 2] for i in range(len(run) - 1))
    else:
        yield _SHORT_ENDING.sub("", run)


def term_weight(term: str) -> float:
    """How much a term weighs by its length, up to 1: short words are mostly grammar."""
    if term[0] >= _UNSPACED_FROM:
        return _PAIR_OF_CHARACTERS
    return min(1.0, len(term) / _LONG)
