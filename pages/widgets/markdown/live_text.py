"""Draws a text while it is being written: finished blocks once, one live tail.

Only the tail is sent again on every redraw, so the bytes grow with the text and not
with its square. What all of it would cost a browser has a limit; from there on the text
is drawn letter by letter.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from pages.widgets.markdown.horizontal_scroll import has_table, horizontal_scroll
from pages.widgets.markdown.piece import (
    PieceFormatter,
    as_it_is,
    draw_plain,
    draw_prepared,
    prepare,
)
from pages.widgets.markdown.render_limits import (
    budget_ms,
    has_tall_character,
    render_ms,
)
from pages.widgets.markdown.sanitizer import Safe, Stopped, in_words

_PATIENCE_CHARS: Final = 6_000
"""A longer tail is cut even inside a list, or where links wait for their addresses."""

_PIECE_CHARS: Final = 8_000
"""Plain text is drawn in pieces of about this size."""

_TALL_PIECE_CHARS: Final = 2_000
"""Where a character has thousands of marks: shaping it costs time by their square."""

_DECIDING_CHARS: Final = 16  # of a line; they say what kind of line it is

_FENCE: Final = re.compile(r"[ \t]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})")
_MATH: Final = re.compile(r" {0,3}\${2,}[^$\n]*$")
_LIST_ITEM: Final = re.compile(r" {0,3}(?:[*+-]|\d{1,9}[.)])(?:[ \t]|$)")
_RAW_HTML: Final = re.compile(
    r" {0,3}<(?:(?P<tag>pre|script|style|textarea)\b|(?P<mark>!--|\?|!\[CDATA\[))",
    re.IGNORECASE,
)
_RAW_HTML_END: Final = {"!--": "-->", "?": "?>", "![CDATA[": "]]>"}
_NAMED_LINK: Final = re.compile(
    r"(?<![\w\]])\[[^\[\]\n]+\]\[[^\[\]\n]*\]|^ {0,3}\[[^\[\]\n]+\]:"
)


class LiveText:
    """A growing text in a box.

    A text is always cut into the same pieces, however it arrives: a page that is drawn
    anew replaces each of them, and leaves nothing of its former self behind.

    Args:
        box: A container of its own.
        finish: What is done last to each piece, when it is safe to draw.
    """

    def __init__(
        self, box: DeltaGenerator, format_piece: PieceFormatter = as_it_is
    ) -> None:
        self._box = box
        self._finish = format_piece
        self._place = box.empty()
        self._tail = ""
        self._seen = 0
        self._in_row = False  # whether the place scrolls sideways
        self._plain = False  # once a text is too heavy, the rest of it is as well
        self._drawn_chars = 0
        self._spent_ms = 0.0  # by what was drawn as Markdown and is finished
        self._stopped: Counter[Stopped] = Counter()
        self._in_tail: Counter[Stopped] = Counter()
        self._done = False

    def update(self, parts: Sequence[str], *, done: bool = False) -> None:
        """Draw what is new in ``parts``, a list that only grows; nothing if nothing is.

        Args:
            parts: The text so far, in pieces of any size.
            done: Whether it is finished; then say what was stopped in it.
        """
        fresh = parts[self._seen :]
        if fresh:
            self._seen += len(fresh)
            self._tail += "".join(fresh)
            was_plain = self._plain
            self._draw_pieces()
            if self._plain and not was_plain:
                self._draw_pieces()
        if done and not self._done:
            self._done = True
            self._report()

    def _draw_pieces(self) -> None:
        """Draw what is finished of the tail, then the tail, until it turns plain."""
        for piece in self._finished_pieces():
            if piece.strip():
                safe = self._prepared(piece)
                if self._turns_plain(piece, safe):
                    return
                self._draw(piece, safe)
                self._spent_ms += render_ms(safe.markdown)
                self._stopped += Counter(safe.found)
                self._place = self._box.empty()
                self._in_row = False
            self._tail = self._tail[len(piece) :]
            self._drawn_chars += len(piece)
        self._in_tail = Counter()
        if self._tail.strip():
            safe = self._prepared(self._tail)
            if not self._turns_plain(self._tail, safe):
                self._draw(self._tail, safe)
                self._in_tail += Counter(safe.found)

    def _finished_pieces(self) -> list[str]:
        if self._plain:
            return _plain_pieces(self._tail)
        ends = [0, *cuts(self._tail)]
        return [self._tail[start:end] for start, end in pairwise(ends)]

    def _prepared(self, text: str) -> Safe:
        return Safe(text.rstrip("\n"), plain=True) if self._plain else prepare(text)

    def _turns_plain(self, text: str, safe: Safe) -> bool:
        """Note that Markdown ends where it would become too heavy."""
        if self._plain:
            return False
        spent_ms = self._spent_ms + render_ms(safe.markdown)
        chars = self._drawn_chars + len(text)
        self._plain = safe.plain or spent_ms > budget_ms(chars)
        return self._plain

    def _draw(self, text: str, safe: Safe) -> None:
        if self._plain:
            draw_plain(self._place, self._finish(safe.markdown, plain=True))
            return
        if not self._in_row and has_table(text):
            self._place = horizontal_scroll(self._place)
            self._in_row = True
        draw_prepared(self._place, safe, self._finish)

    def _report(self) -> None:
        if self._plain:
            self._box.caption("Shown as plain text: as Markdown it would be too heavy.")
        if stopped := in_words(self._stopped + self._in_tail):
            self._box.caption(f"Stopped in this text: {', '.join(stopped)}.")


def _plain_pieces(text: str) -> list[str]:
    """Split all but the end of a plain text into pieces, at line ends where it can."""
    most = _TALL_PIECE_CHARS if has_tall_character(text) else _PIECE_CHARS
    pieces: list[str] = []
    while len(text) > most:
        end = text.rfind("\n", 0, most) + 1 or most
        pieces.append(text[:end])
        text = text[end:]
    return pieces


def cuts(text: str) -> Iterator[int]:
    """Yield every place where ``text``, perhaps unfinished, can be cut, in order.

    A cut lies after a blank line and outside code fences, display math, lists, tables,
    raw HTML, and texts whose links are defined further down. It depends only on whole
    lines before it and on the first few characters after it, so more text never moves
    one: however a text arrives, it is cut in the same places.
    """
    blocks = _Blocks()
    position = 0
    while position < len(text):
        end = text.find("\n", position) + 1
        line = text[position:end] if end else text[position:]
        if not end and len(line) < _DECIDING_CHARS:
            return
        if blocks.allow_cut_before(line, position):
            yield position
        if not end:
            return
        blocks.pass_line(line)
        position = end


@dataclass(slots=True)
class _Blocks:
    """What the lines so far leave open."""

    cut: int = 0  # the last one
    closes: re.Pattern[str] | None = None  # ends the open fence, math or raw HTML
    in_list: bool = False  # it may go on
    waits: bool = False  # a link in the tail may be defined further down
    after_blank: bool = False

    def allow_cut_before(self, line: str, position: int) -> bool:
        """Whether ``line``, at ``position``, begins a block that stands by itself."""
        if self.closes or not self.after_blank or line[:1].isspace():
            return False
        goes_on = self.in_list and _LIST_ITEM.match(line[:_DECIDING_CHARS])
        patient = position - self.cut < _PATIENCE_CHARS
        if (goes_on or self.waits) and patient:
            return False
        self.cut = position
        self.waits = False
        return True

    def pass_line(self, line: str) -> None:
        """Take one whole line into account."""
        if self.closes:
            if self.closes.search(line):
                self.closes = None
            self.after_blank = False
            return
        if not line.strip():
            self.after_blank = True
            return
        self.in_list = bool(_LIST_ITEM.match(line)) or (
            self.in_list and (line[0].isspace() or not self.after_blank)
        )
        self.after_blank = False
        self.waits = self.waits or bool(_NAMED_LINK.search(line))
        self.closes = _closing(line)


def _closing(line: str) -> re.Pattern[str] | None:
    """Return what ends the construct that ``line`` opens and leaves open, if any."""
    line = line.rstrip()
    if fence := _FENCE.match(line):
        ticks = fence[1]
        if ticks[0] == "`" and "`" in line[fence.end() :]:
            return None  # inline code
        return re.compile(rf"^[ \t]*{ticks[0]}{{{len(ticks)},}}[ \t]*$")
    if _MATH.match(line):
        return re.compile(r"^ {0,3}\${2,}[ \t]*$")
    if opened := _RAW_HTML.match(line):
        if tag := opened["tag"]:
            end = rf"</{tag}>"
        else:
            end = re.escape(_RAW_HTML_END[opened["mark"].upper()])
        return None if re.search(end, line, re.I) else re.compile(end, re.I)
    return None
