"""Draws a text with the words marked that another text does not have.

Text from models must not be able to close a mark, or to begin one. So every letter is
escaped: a text in which differences are shown is no Markdown of its own, and only line
breaks, indents and our own marks mean something.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.similarity import DiffKind, DiffPart
from pages.widgets.markdown.live_text import LiveText
from pages.widgets.markdown.render_limits import would_freeze
from pages.widgets.markdown.sanitizer import plain_piece

LONGEST_CHARS = 60_000
"""Of both texts together; longer ones are shown without marks."""

ADDED: Final = '{background="rgba(46, 160, 67, 0.28)"}'
REMOVED: Final = '{background="rgba(248, 81, 73, 0.20)"}'

_REMEMBERED = 32
_PIECE_CHARS: Final = 6_000
_PIECE_MARKS: Final = 250
_MAX_INDENT: Final = 12
_HARD_BREAK: Final = "\\\n"


def draw_differences(place: DeltaGenerator, before: str, after: str) -> None:
    """Draw ``after`` as it was written, with what ``before`` has in other words.

    Args:
        place: A container of its own.
        before: The text that is compared with.
        after: The text that is shown.
    """
    if len(before) + len(after) > LONGEST_CHARS:
        place.caption("Too long for word differences.")
        LiveText(place.container()).update([after], done=True)
        return
    pieces = _pieces(before, after)
    if any(would_freeze(piece) for piece in pieces):
        place.text(after)
        return
    for piece in pieces:
        place.markdown(piece)


def difference_legend(other: str) -> str:
    """What the marks mean; ``other`` is our own mark of the text compared with."""
    return f"{mark('added', 'only here')} · {mark('removed', f'only in {other}')}"


@lru_cache(_REMEMBERED)
def _pieces(before: str, after: str) -> tuple[str, ...]:
    from moa_core.similarity import word_difference

    return tuple(difference_markdown(word_difference(before, after)))


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
    drawn = "".join(
        plain_piece(part.text, partial(mark, part.kind)) for part in line
    ).strip()
    if not drawn:
        return ""
    start = "".join(part.text for part in line)
    indent = len(start) - len(start.lstrip(" \t"))
    return "\N{NO-BREAK SPACE}" * min(indent, _MAX_INDENT) + drawn


def _is_full(lines: list[str]) -> bool:
    marks = sum(line.count(":color[") for line in lines)
    return sum(map(len, lines)) > _PIECE_CHARS or marks > _PIECE_MARKS
