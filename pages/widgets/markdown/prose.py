"""Keeps prose as it was written where the browser's Markdown would change it.

Streamlit makes arrows and dashes of ``->``, ``>=`` and ``--`` and pictures of emoji
codes, its parser strikes out what stands between single tildes, and by CommonMark's
rules stars beside CJK punctuation mark nothing: ``**「重要」**です``. Line breaks that
models write as HTML stay HTML. Code, links and formulas are left alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Final, Literal

from markdown_it import MarkdownIt

Area = Literal["prose", "heading", "table", "verbatim"]

EMPTY_SPAN: Final = "\U000f0000"
"""Stands in safe Markdown where two characters are to stay apart; private to us."""

_SHOWN: Final = ":color[]"  # an empty span: nothing to see, nothing to copy
_WORD_JOINER: Final = "\u2060"  # a letter to the parser, and invisible

_COLON: Final = r"(?:\\?:|&colon;|&\#58;|&\#x3a;)"
_CODED: Final = rf"{_COLON}(?=(?:100|1234|(?!\d+{_COLON})[+-]*\w[\w+-]*){_COLON})"
_OPERATOR: Final = r"(?<![\w\\<>=~!-])(?:<->|->|<-|--|>=|<=|~=)(?![\w<>=~-])"
_CHANGED: Final = re.compile(
    rf"~|</?br|{_OPERATOR}|{_CODED}|[^\x00-\x7f]\*|\*[^\x00-\x7f]|[^\w\s*]\*\*\w",
    re.IGNORECASE,
)
_STRUCTURED: Final = re.compile(
    r"^(?:[ ]{4}|\t|[ >*+\-0-9.)]*(?:`{3}|~{3}|<|\#))|\|", re.MULTILINE
)
_TOKEN: Final = re.compile(
    rf"""
      (?P<colon> {_CODED} )
    | (?P<as_it_is> \\.
        | (?P<ticks>`++) (?:(?!\n\n).){{1,1000}}? (?<!`)(?P=ticks)(?!`)
        | `++
        | \${{2,}} [^$]+ (?:\${{2,}}|\Z)
        | \$ (?:\\.|[^$\\])+ \$
        | \]\( (?:[^()\s\\]|\\.|\([^()\s]*\))*
        | (?:https?://|www\.) (?:[^\s<*~]|~(?!~))* )
    | (?P<break> </?br\b[^<>]*> )
    | (?P<tag> </?[A-Za-z][^<>]*> | <!--.*?--> )
    | (?P<operator> {_OPERATOR} )
    | (?P<tilde> (?<!~)~(?!~) )
    | (?P<marks> (?<!\*)\*{{1,3}}(?!\*) | (?<!~)~~(?!~) )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)  # fmt: skip
_RULE: Final = re.compile(r"[ \t>]*+[|:-][|: \t-]*+")
_BREAKS_ALONE: Final = re.compile(r"([ \t>]*)(?:</?br\b[^<>]*>[ \t]*)+", re.IGNORECASE)
_LINE_START: Final = re.compile(r"[\s>*+\-0-9.)]*")
_OPEN_BOLD: Final = re.compile(r"""(?:^|[\s(\[“"'—-])\*\*(?=[^\s*])[^*\n]+\Z""")

# Scripts that put no spaces between words, so that marks have to stand beside letters.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00016fe0-\U0003ffff]"
)  # fmt: skip


_OPENING: Final = frozenset({"Ps", "Pi"})
"""Unicode categories of brackets and quotes that open."""


def keep_as_written(text: str) -> str:
    """Escape what would be changed, and put empty spans where no escape helps.

    Args:
        text: Markdown whose only line ending is the line feed, with every dollar sign
            escaped that begins no formula.
    """
    text = text.replace(EMPTY_SPAN, "\N{REPLACEMENT CHARACTER}")
    # Streamlit replaces these in the source, in code too.
    text = text.replace(":material/", f":material{_WORD_JOINER}/")
    if not _CHANGED.search(text):
        return text
    parts = []
    for area, part in _areas(text):
        if area != "verbatim":
            part = _TOKEN.sub(partial(_as_written, area=area), part)
        parts.append(part)
    return "\n".join(parts)


def show_empty_spans(markdown: str) -> str:
    """Write the empty spans of safe Markdown so that Streamlit makes them."""
    return markdown.replace(EMPTY_SPAN, _SHOWN)


def _as_written(token: re.Match[str], area: Area) -> str:
    match token.lastgroup:
        case "colon":
            return f"\\:{EMPTY_SPAN}"
        case "break":
            return _line_break(token, area)
        case "operator":
            return _operator(token)
        case "tilde":
            return "\\~"
        case "marks":
            return _emphasis(token)
        case _:
            return token[0]


def _line_break(token: re.Match[str], area: Area) -> str:
    """What breaks a line where an HTML break does."""
    if area == "table":
        return "&#10;"  # a style shows it
    if area == "heading":
        return " "
    line = token.string[token.end() :].partition("\n")[0]
    return f"\\\n{EMPTY_SPAN}" if line.strip() else "  "


def _operator(token: re.Match[str]) -> str:
    signs = EMPTY_SPAN.join(token[0])
    if token[0] == "~=":
        return "\\" + signs
    before = _line_before(token)
    is_quote = token[0] == ">=" and _LINE_START.fullmatch(before)
    return "\\" + signs if is_quote else signs


def _emphasis(token: re.Match[str]) -> str:
    """Let marks between punctuation and a letter begin or end what they are to mark."""
    before = token.string[token.start() - 1 : token.start()]
    after = token.string[token.end() : token.end() + 1]
    closes = _is_sign(before) and unicodedata.category(before) not in _OPENING
    if closes and not _is_sign(after) and _ends_what_is_open(token, after):
        return _WORD_JOINER + token[0]
    if _opens(after) and _UNSPACED.match(before) and not _is_sign(before):
        return token[0] + _WORD_JOINER
    return token[0]


def _ends_what_is_open(token: re.Match[str], letter: str) -> bool:
    """Whether marks behind punctuation and before ``letter`` are to end something."""
    if _UNSPACED.match(letter):
        return True
    bold = token[0] == "**" and letter.isalnum()
    return bold and bool(_OPEN_BOLD.search(_line_before(token)))


def _is_sign(character: str) -> bool:
    """Whether it is punctuation or a symbol, as parsers of Markdown see it."""
    return unicodedata.category(character or " ")[0] in "PS"


def _opens(character: str) -> bool:
    kind = unicodedata.category(character or " ")
    return kind in _OPENING or kind[0] == "S" or character in {'"', "'"}


def _line_before(token: re.Match[str]) -> str:
    start = token.string.rfind("\n", 0, token.start()) + 1
    return token.string[start : token.start()]


def _areas(text: str) -> Iterator[tuple[Area, str]]:
    """Cut a text, between lines, into what is read in different ways."""
    lines = text.split("\n")
    areas: list[Area] = ["prose"] * len(lines)
    for token in _READER.parse(text) if _STRUCTURED.search(text) else ():
        if token.map is None or token.type not in _AREA_OF:
            continue
        for number in range(*token.map):
            areas[number] = _AREA_OF[token.type]
            if token.type == "html_block" and (
                alone := _BREAKS_ALONE.fullmatch(lines[number])
            ):
                lines[number] = alone[1]
    for number, line in enumerate(lines):
        if "-" in line and _RULE.fullmatch(line):
            areas[number] = "verbatim"
    for area, numbers in groupby(range(len(lines)), areas.__getitem__):
        yield area, "\n".join(lines[number] for number in numbers)


_AREA_OF: Final[dict[str, Area]] = {
    "fence": "verbatim", "code_block": "verbatim", "html_block": "verbatim",
    "heading_open": "heading", "table_open": "table",
}  # fmt: skip
_READER: Final = MarkdownIt("commonmark", {"html": True, "maxNesting": 60}).enable(
    "table"
)
_READER.core.ruler.enableOnly(["normalize", "block"])  # areas are blocks: no inlines
