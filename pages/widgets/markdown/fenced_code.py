"""Finds the lines of a Markdown text that every parser reads as fenced code."""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock

_FENCE: Final = re.compile(r"`{3}|~{3}")
_HTML_LINE: Final = re.compile(r"^[\s>*+\-0-9.)]*<", re.MULTILINE)
_MATH_OPENING: Final = re.compile(r"(\${2,})[^$\n]*")


def lines_in_fences(text: str) -> frozenset[int]:
    """Return the numbers of the lines inside fences, the closing line included.

    The browser's parser knows display math and HTML blocks, either of which can hold
    what looks like a fence. Where such a construct may be, the text is read both ways
    and only lines on which both readings agree count.

    Args:
        text: Markdown whose only line ending is the line feed.
    """
    if not _FENCE.search(text):
        return frozenset()
    with_math = (False, True) if "$$" in text else (False,)
    with_html = (False, True) if _HTML_LINE.search(text) else (False,)
    readings = [
        frozenset(
            line
            for token in _READERS[math, html].parse(text)
            if token.type == "fence" and token.map
            for line in range(token.map[0] + 1, token.map[1])
        )
        for math in with_math
        for html in with_html
    ]
    return frozenset.intersection(*readings)


def _reader(*, math: bool, html: bool) -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": html, "maxNesting": 60})
    reader.enable("table")
    reader.core.ruler.enableOnly(
        ["normalize", "block"]
    )  # fences are blocks: no inlines
    if math:
        interrupts: RuleOptionsType = {
            "alt": ["paragraph", "reference", "blockquote", "list"]
        }
        reader.block.ruler.before("fence", "display_math", _display_math, interrupts)
    return reader


def _display_math(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read ``$$`` ... ``$$`` as one block, by the rules that fences follow."""
    if state.is_code_block(start):
        return False
    opening = _MATH_OPENING.fullmatch(_stripped(state, start))
    if opening is None or silent:
        return opening is not None
    closing = re.compile(rf"\${{{len(opening[1])},}}[ \t]*")
    line = start + 1
    while line < end:
        outdented = state.sCount[line] < state.blkIndent
        if outdented and not state.isEmpty(line):
            break
        content = _stripped(state, line)
        line += 1
        if not state.is_code_block(line - 1) and closing.fullmatch(content):
            break
    state.line = line
    state.push("display_math", "", 0).map = [start, line]
    return True


def _stripped(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


_READERS: Final = {
    (math, html): _reader(math=math, html=html)
    for math in (False, True)
    for html in (False, True)
}
