"""Finds Markdown that would keep a browser busy for seconds; it is shown as text."""

import re
from typing import Final

MAX_CHARS: Final = 20_000
"""The most that is rendered as one piece of Markdown."""

_MAX_TABLE_ROWS: Final = 200
_MAX_TABLE_CELLS: Final = 2_000
_MAX_DEPTH: Final = 24

# Each of these makes a parser look back or ahead: many of them cost time by the square.
_MAX_OF: Final = {
    "*": 1_600,
    "_": 1_600,
    "[": 1_200,
    "]": 2_500,
    "\n": 2_500,
    "\n#": 500,
    "`": 3_000,
    "$": 1_200,
    "<": 1_200,
    "http": 600,
    "www.": 600,
}
_DEEP_QUOTE: Final = re.compile(rf"(?:>[ \t]?){{{_MAX_DEPTH}}}")
_DEEP_LIST: Final = re.compile(
    rf"^[ \t]{{{4 * _MAX_DEPTH},}}(?:[*+-]|\d{{1,9}}[.)])[ \t]", re.MULTILINE
)
_DEEP_LIST_LINE: Final = re.compile(
    rf"^[ \t>]*(?:(?:[*+-]|\d{{1,9}}[.)])[ \t]+){{{_MAX_DEPTH}}}", re.MULTILINE
)


def would_freeze(text: str) -> bool:
    """Whether to keep ``text`` from the Markdown renderer.

    The figures come from Chromium (tests/browser/test_freezing.py): below them a piece
    renders within a second.
    """
    if len(text) > MAX_CHARS:
        return True
    if len(text) < _MAX_DEPTH:
        return False
    if any(text.count(char) > most for char, most in _MAX_OF.items()):
        return True
    if ">" in text and _DEEP_QUOTE.search(text):
        return True
    if "|" in text and _has_large_table(text):
        return True
    return bool(_DEEP_LIST_LINE.search(text) or _DEEP_LIST.search(text))


def _has_large_table(text: str) -> bool:
    """Whether a table may be too long, or too wide once short rows are filled up."""
    rows = columns = 0
    for line in text.split("\n"):
        bars = line.count("|")
        if not line.strip():
            rows = columns = 0
        elif bars or rows:
            rows += 1
            columns = max(columns, bars)
        if rows > _MAX_TABLE_ROWS or rows * columns > _MAX_TABLE_CELLS:
            return True
    return False
