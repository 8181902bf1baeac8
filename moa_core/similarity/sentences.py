"""Splits Markdown into sentences, with the position of each to the character."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SpanKind = Literal["prose", "heading", "row", "code"]

_TITLES_AND_LIKE = (
    "mr mrs ms mx dr prof st vs cf e.g i.e eg ie approx gen gov sen rep rev hon capt "
    "col sgt ca mt z.b d.h u.a bzw vgl"
)
_COUNTED = "no nos fig figs eq eqs vol p pp art ch sec nr abb"
_ABBREVIATIONS = (
    "etc al inc ltd co corp jr sr dept est jan feb mar apr aug sept oct nov dec"
)
_OPENINGS = (
    "the a an this that these those it he she they we you i in on at as if when while "
    "for but and so however there here to its his her their our your by with from "
    "after before although because what why how"
)
_NEVER_LAST = frozenset(_TITLES_AND_LIKE.split())
_BEFORE_NUMBERS = frozenset(_COUNTED.split())
_SELDOM_LAST = frozenset(_ABBREVIATIONS.split())
_STARTERS = frozenset(_OPENINGS.split())

_STOP = re.compile(
    r"""
    (?P<narrow> (?<![.!?…]) [.!?…]++ (?:["'”’»)\]*_]|\[\^?\w{1,4}\])*+ ) (?=\s)
    | (?P<wide> [。！？｡؟۔।॥።]+ ["'”’»)\]*_」』）】〉》]* )
    | (?P<line> \r\n? | \n )
    """,
    re.VERBOSE,
)
_WHOLE = re.compile(
    r"(?<!`)(?P<ticks>`++)[^`]+(?P=ticks)|\$\$[^$]+\$\$|\]\([^()\s]*\)"
    r"|\\\[.{1,999}?\\\]|\\\(.{1,999}?\\\)",
    re.DOTALL,
)
"""Code, formulas and addresses inside of a sentence: nothing ends in them."""

_LAST_WORD = re.compile(r"(?:\w+\.)*\w+\Z")
_NEXT_WORD = re.compile(r"[\s>]*[\"'“‘«(\[*_`「『（]*(\w*)")
_NUMBER_ALONE = re.compile(r"\W*(?:\d{1,3}|[A-Za-z])\Z")
_LINE = re.compile(r"\r\n?|\n")
_WORD = re.compile(r"[^\W_]")
_ROW_EDGE = " \t>"


@cache
def _reader() -> "MarkdownIt":
    """Reads Markdown; what only compares whole texts does without it."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 60})
    reader.enable("table")
    reader.core.ruler.enableOnly(["normalize", "block"])
    return reader


@dataclass(frozen=True, slots=True)
class Span:
    """Where a sentence stands: ``text[start:end]``, without list marks and spaces.

    Attributes:
        kind: A table's row and a block of code are one span each, never split.
    """

    start: int
    end: int
    kind: SpanKind = "prose"

    def of(self, text: str) -> str:
        """The words themselves."""
        return text[self.start : self.end]


def sentences(text: str) -> list[Span]:
    """Sentences of ``text`` in order, none overlapping; what has no words is none.

    Paragraphs, list items, quotations and headings are read by Markdown's rules. A line
    break ends a sentence unless the next line goes on in lower case: models do not wrap
    lines. Full stops of many scripts end one, too; those of abbreviations, initials,
    numbers, code and formulas do not. Linear in the length.
    """
    return [
        span
        for block in _blocks(text)
        for span in _split(text, block)
        if _WORD.search(text, span.start, span.end)
    ]


def _blocks(text: str) -> Iterator[Span]:
    lines = _lines(text)
    kind: SpanKind = "prose"
    in_row = False
    for token in _reader().parse(text):
        match token.type:
            case "heading_open":
                kind = "heading"
            case "heading_close":
                kind = "prose"
            case "tr_open":
                in_row = True
                yield from _block(text, lines, token, "row")
            case "tr_close":
                in_row = False
            case "fence" | "code_block":
                yield from _block(text, lines, token, "code")
            case "inline" if not in_row:
                yield from _block(text, lines, token, kind)
            case _:
                pass


def _lines(text: str) -> list[tuple[int, int]]:
    ends = [match.span() for match in _LINE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return list(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))


def _block(
    text: str, lines: Sequence[tuple[int, int]], token: "Token", kind: SpanKind
) -> Iterator[Span]:
    if not token.map:
        return
    first = token.map[0]
    start, end = lines[first]
    if kind == "row":
        line = text[start:end]
        left = len(line) - len(line.lstrip(_ROW_EDGE))
        yield Span(start + left, start + len(line.rstrip(_ROW_EDGE)), kind)
    elif kind == "code" and token.content.strip():
        # the lines between the fences; an unclosed one goes on to its block's end
        first += token.type == "fence"
        last = first + token.content.rstrip("\n").count("\n")
        yield Span(lines[first][0], lines[last][1], kind)
    elif token.content.strip():
        contents = token.content.split("\n")
        start, _ = _within(text, lines[first], contents[0])
        _, end = _within(text, lines[first + len(contents) - 1], contents[-1])
        yield Span(start, end, kind)


def _within(text: str, line: tuple[int, int], content: str) -> tuple[int, int]:
    start = text.find(content, *line)
    return line if start < 0 else (start, start + len(content))


def _split(text: str, block: Span) -> Iterator[Span]:
    """Cut ``block`` where its sentences end."""
    ends = _ends(text, block) if block.kind in ("prose", "heading") else ()
    for start, end in pairwise((block.start, *ends, block.end)):
        while start < end and (text[start].isspace() or text[start] == ">"):
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        yield Span(start, end, block.kind)


def _ends(text: str, block: Span) -> Iterator[int]:
    whole = [match.span() for match in _WHOLE.finditer(text, block.start, block.end)]
    whole.reverse()
    began = block.start
    for stop in _STOP.finditer(text, block.start, block.end):
        while whole and whole[-1][1] <= stop.start():
            whole.pop()
        inside = whole and whole[-1][0] <= stop.start()
        if not inside and _is_end(text, began, stop, block.end):
            began = stop.end()
            yield began


def _is_end(text: str, began: int, stop: re.Match[str], limit: int) -> bool:
    following = _NEXT_WORD.match(text, stop.end(), limit)
    word = following[1] if following else ""
    if stop["wide"]:
        return True
    if word[:1].islower():
        return False
    if stop["line"] or stop["narrow"][0] != ".":
        return True
    return _is_full_stop(text[max(began, stop.start() - 40) : stop.start()], word)


def _is_full_stop(before: str, following: str) -> bool:
    """Whether the point between the two ends a sentence."""
    last = _LAST_WORD.search(before)
    if last is None:
        return True
    word = last[0].lower()
    if word in _NEVER_LAST or _NUMBER_ALONE.match(before):
        return False
    if word in _BEFORE_NUMBERS:
        return not following[:1].isdigit()
    initial = len(word) == 1 and word.isalpha() and last[0] != "I"
    if initial or "." in word or word in _SELDOM_LAST:
        return following.lower() in _STARTERS
    return True
