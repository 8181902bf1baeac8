"""Which Markdown would keep a browser busy for seconds, so that it is shown as text."""

import re
from typing import Final

MAX_CHARS: Final = 20_000
"""The most that is rendered as one piece of Markdown."""

_MAX_TABLE_ROWS: Final = 200
_MAX_DEPTH: Final = 24

# Each of these makes a parser look back or ahead: many of them cost time by the square.
_MAX_OF: Final = {
    "*": 1_600,
    "_": 1_600,
    "[": 1_200,
    "`": 3_000,
    "$": 1_200,
    "<": 1_200,
}
_DEEP_QUOTE: Final = re.compile(rf"(?:>[ \t]?){{{_MAX_DEPTH}}}")
_DEEP_LIST: Final = re.compile(
    rf"^[ \t]{{{4 * _MAX_DEPTH},}}(?:[*+-]|\d{{1,9}}[.)])[ \t]", re.MULTILINE
)
_DEEP_LIST_LINE: Final = re.compile(
    rf"^[ \t>]*(?:(?:[*+-]|\d{{1,9}}[.)])[ \t]+){{{_MAX_DEPTH}}}", re.MULTILINE
)
_ROWS: Final = 200
_MAX_DEPTH: Final = 24

# Each of these makes a parser look back or ahead: many of them cost time by the square.
_MAX_OF: Final = {
    "*": 1_600,
    "_": 1_600,
    "[": 1_200,
    "`": 3_000,
    "$": 1_200,
    "<": 1_200,
}
_DEEP_QUOTE: Final = re.compile(rf"(?:>[ \t]?){{{_MAX_DEPTH}}}")
_DEEP_LIST: Final = re.compile(
    rf"^[ \t]{{{4 * _MAX_DEPTH},}}(?:[*+-]|\d{{1,9}}[.)])[ \t]", re.MULTILINE
)
_DEEP_LIST_LINE: Final = re.compile(
    rf"(?:(?:[*+-]|\d{{1,9}}[.)])[ \t]+){{{_MAX_DEPTH}}}"
)
_ROWS: Final = re.compile(rf"(?:^[^\n]*\|[^\n]*\n){{{_MAX_TABLE_ROWS},}}", re.MULTILINE)


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
    if text.count("|") > _MAX_TABLE_ROWS and _ROWS.search(text):
        return True
    return bool(_DEEP_LIST_LINE.search(text) or _DEEP_LIST.search(text))
