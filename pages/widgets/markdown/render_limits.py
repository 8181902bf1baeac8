"""Finds Markdown that would keep a browser busy for seconds; it is shown as text.

A piece of Markdown has limits of its own, since some things cost time by their square;
all pieces of a text together have a budget. Costs are milliseconds of Chromium's main
thread, measured on a slow machine (docs/measurements.md, ADR 21).
"""

import re
import unicodedata
from typing import Final

MAX_CHARS: Final = 20_000
"""The most that is rendered as one piece of Markdown."""

PIECE_MS: Final = 0.7
"""What a piece costs beside its text: it is an element of the page."""

FORMULA_MS: Final = 0.9
FORMULA_MS_PER_CHAR: Final = 0.2

_MAX_TABLE_ROWS: Final = 200
_MAX_TABLE_CELLS: Final = 2_000
_MAX_DEPTH: Final = 24
_MAX_INFO_CHARS: Final = 200
_MAX_MARKS: Final = 64

_TEXT_MS: Final = 1_000
_TEXT_MS_PER_CHAR: Final = 0.02
_TEXT_MS_AT_MOST: Final = 1_500

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
_MS_OF: Final = {
    "*": 0.13, "_": 0.13, "~": 0.12, "`": 0.12, "[": 0.35, "<": 0.15, "|": 0.2,
    "$": 0.45, ":": 0.05, "\\": 0.03, "&": 0.05, "@": 0.2, "\n": 0.11, ">": 0.15,
    "http": 0.5, "www.": 0.5,
}  # fmt: skip
_MS_PER_CHAR: Final = 0.005
_FENCE_MS: Final = 4.0
_ITEM_MS: Final = 0.4
_HEADING_MS: Final = 1.5
_TABLE_MS: Final = 1.5  # a table scrolls in elements of its own

_DEEP_QUOTE: Final = re.compile(rf"(?:>[ \t]?){{{_MAX_DEPTH}}}")
_DEEP_LIST: Final = re.compile(
    rf"^[ \t]{{{4 * _MAX_DEPTH},}}(?:[*+-]|\d{{1,9}}[.)])[ \t]", re.MULTILINE
)
_DEEP_LIST_LINE: Final = re.compile(
    rf"^[ \t>]*(?:(?:[*+-]|\d{{1,9}}[.)])[ \t]+){{{_MAX_DEPTH}}}", re.MULTILINE
)
_HEADING: Final = re.compile(r"^[ \t>]*(?:#|(?:=+|-+)[ \t]*$)", re.MULTILINE)
_TABLE_RULE: Final = re.compile(r"^[ \t>]*+([|:-][|: \t-]*+)$", re.MULTILINE)
_ITEM: Final = re.compile(r"^[ \t>]*(?:[*+-]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_FENCE: Final = re.compile(r"^[ \t>*+\-0-9.)]*(?:`{3,}|~{3,})([^\n]*)", re.MULTILINE)
_FORMULA: Final = re.compile(r"(?<!\\)\$+((?:\\.|[^$\\])+)\$+", re.DOTALL)
# Runs of what may be marks upon a character, or invisible: neither letters nor blanks.
_RUN: Final = re.compile(rf"[^\w\s\x00-\x7f]{{{_MAX_MARKS},}}")
_MARKS: Final = re.compile(rf"[MC]{{{_MAX_MARKS}}}")  # of Unicode categories
_CHAIN: Final = re.compile(
    rf"(?:\S[\ufe0f\U0001f3fb-\U0001f3ff]?\u200d){{{_MAX_MARKS},}}"
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
    if any(len(info) > _MAX_INFO_CHARS for info in _FENCE.findall(text)):
        return True
    if _DEEP_LIST_LINE.search(text) or _DEEP_LIST.search(text):
        return True
    return has_tall_character(text) or render_ms(text) > _TEXT_MS


def budget_ms(chars: int) -> float:
    """What all of a text may cost: a second, and more for a long one."""
    return min(_TEXT_MS_AT_MOST, _TEXT_MS + _TEXT_MS_PER_CHAR * chars)


def render_ms(markdown: str) -> float:
    """What a piece of Markdown costs, as measured; rather too much than too little."""
    cost = PIECE_MS + _MS_PER_CHAR * len(markdown)
    cost += sum(each * markdown.count(sign) for sign, each in _MS_OF.items())
    cost += _HEADING_MS * len(_HEADING.findall(markdown))
    cost += _ITEM_MS * len(_ITEM.findall(markdown))
    if "```" in markdown or "~~~" in markdown:
        cost += _FENCE_MS * len(_FENCE.findall(markdown)) / 2
    if "|" in markdown:
        rules = [
            rule
            for rule in _TABLE_RULE.findall(markdown)
            if "-" in rule and "|" in rule
        ]
        cost += _TABLE_MS * len(rules)
    if "$" in markdown:
        formulas = sum(map(len, _FORMULA.findall(markdown)))
        cost += FORMULA_MS_PER_CHAR * formulas
    return cost


def has_tall_character(text: str) -> bool:
    """Whether one character has so many marks, or parts, that shaping it takes long."""
    if text.isascii():
        return False
    if _CHAIN.search(text):
        return True
    for run in _RUN.findall(text):
        kinds = "".join(unicodedata.category(sign)[0] for sign in run)
        if _MARKS.search(kinds):
            return True
    return False


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
