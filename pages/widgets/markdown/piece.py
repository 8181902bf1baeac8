"""Draws one piece of a text from outside: harmless, within limits, as it was meant."""

from typing import Final, Protocol

from streamlit.delta_generator import DeltaGenerator

from pages.widgets.markdown.math import normalize_math
from pages.widgets.markdown.prose import keep_as_written, show_empty_spans
from pages.widgets.markdown.render_limits import MAX_CHARS
from pages.widgets.markdown.sanitizer import Safe, safe_markdown
from pages.widgets.markdown.source_text import as_parsed, without_controls


class PieceFormatter(Protocol):
    """What is done last to a text before it is drawn."""

    def __call__(self, text: str, *, plain: bool) -> str:
        """Return what is drawn.

        Args:
            text: Safe Markdown, or with ``plain`` the text as it came.
            plain: Whether it is shown letter by letter.
        """


def as_it_is(text: str, *, plain: bool) -> str:
    """Do nothing to it."""
    return text


def prepare(text: str) -> Safe:
    """Make a finished or unfinished text from outside ready to be drawn."""
    if len(text) > MAX_CHARS:
        return Safe(text, plain=True)
    safe = safe_markdown(keep_as_written(normalize_math(as_parsed(text))))
    return Safe(text, plain=True) if safe.plain else safe


def draw_text(
    place: DeltaGenerator, text: str, format_piece: PieceFormatter = as_it_is
) -> Safe:
    """Draw a finished or unfinished text from outside; say what was stopped."""
    safe = prepare(text)
    draw_prepared(place, safe, format_piece)
    return safe


def draw_prepared(
    place: DeltaGenerator, safe: Safe, format_piece: PieceFormatter = as_it_is
) -> None:
    """Draw what :func:`prepare` has made of a text."""
    if safe.plain:
        draw_plain(place, format_piece(safe.markdown, plain=True))
    else:
        place.markdown(show_empty_spans(format_piece(safe.markdown, plain=False)))


def draw_plain(place: DeltaGenerator, text: str) -> None:
    """Draw a text letter by letter, its indents and blank lines with it."""
    text = without_controls(text)
    # Streamlit takes away the blanks around a text.
    place.text(_WORD_JOINER + text if text[:1].isspace() else text)


_WORD_JOINER: Final = "\u2060"  # invisible
