"""Word differences as Markdown that is safe: every letter of the texts is escaped.

Text from models must not be able to close a mark, or to begin one. So a text in which
differences are shown is no Markdown of its own: its marks are shown as written, and
only line breaks, indents and our own marks mean something.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from moa_core.similarity import DiffKind, DiffPart
from pages.widgets.markdown.sanitizer import plain_label

ADDED: Final = '{background="rgba(46, 160, 67, 0.28)"}'
REMOVED: Final = '{background="rgba(248, 81, 73, 0.20)"}'

_PIECE_CHARS: Final = 6_000
_PIECE_MARKS: Final = 250
_MAX_INDENT: Final = 12
_HARD_BREAK: Final = "\\\n"


def difference_markdown(difference: Iterable[DiffPart]) -> list[str]:
    """The text with its differences as pieces of Markdown, none of them too heavy."""
    pieces: list[str] = []
    lines: list[str] = []
    for line in _lines(difference):
        drawn = _line(line)
        if lines and (not drawn or _is_full(lines)):
            pieces.append(_HARD_BREAK.join(lines))
            lines = []
        if drawn:
            lines.append(drawn)
    return [*pieces, _HARD_BREAK.join(lines)] if lines else pieces


def mark(kind: DiffKind, escaped: str) -> str:
    """Mark words that are escaped already."""
    match kind:
        case "kept":
            return escaped
        case "added":
            return f":color[{escaped}]{ADDED}"
        case "removed":
            return f":color[~~{escaped}~~]{REMOVED}"


def _lines(difference: Iterable[DiffPart]) -> Iterator[list[DiffPart]]:
    """Cut at line breaks; a break belongs to the text, whoever has it."""
    line: list[DiffPart] = []
    for piece in difference:
        kind = piece.kind
        first, *others = piece.text.replace("\r\n", "\n").split("\n")
        line.append(DiffPart(kind, first))
        for other in others:
            yield line
            line = [DiffPart(kind, other)]
    yield line


def _line(line: list[DiffPart]) -> str:
    """One line, marked and indented as it was; ``""`` if there is nothing on it."""
    drawn = "".join(_words(each) for each in line).strip()
    if not drawn:
        return ""
    start = "".join(each.text for each in line)
    indent = len(start) - len(start.lstrip(" \t"))
    return "\N{NO-BREAK SPACE}" * min(indent, _MAX_INDENT) + drawn


def _words(piece: DiffPart) -> str:
    text = piece.text
    escaped = plain_label(text, limit=len(text) + 1)
    if not escaped:
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return before + mark(piece.kind, escaped) + after


def _is_full(lines: list[str]) -> bool:
    marks = sum(line.count(":color[") for line in lines)
    return sum(map(len, lines)) > _PIECE_CHARS or marks > _PIECE_MARKS
