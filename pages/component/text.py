"""Draws finished texts in the browser: Markdown, typed, marked or compared.

`frontend/src/markdown/` makes all of them harmless; nothing is looked at here.
"""

from collections.abc import Sequence
from typing import Any, Final

from streamlit.delta_generator import DeltaGenerator

from pages.component.bundle import mount

SourceMark = tuple[str, float]
"""A letter, and how dark it is from 0 to 1; no letter stands for words of one's own."""


def draw_markdown(
    place: DeltaGenerator, text: str, key: str, *, under: int = 2
) -> None:
    """Draw Markdown from outside as it came.

    Args:
        place: Where it stands.
        text: The Markdown.
        key: Of the widget.
        under: The level of the heading above it; its own are told as lower ones.
    """
    _draw(place, key, markdown=text, under=under)


def draw_typed(place: DeltaGenerator, text: str, key: str) -> None:
    """Draw what a user typed, letter by letter."""
    _draw(place, key, typed=text)


def draw_sentences(
    place: DeltaGenerator,
    sentences: Sequence[tuple[str, Sequence[SourceMark]]],
    key: str,
) -> None:
    """Draw Markdown from outside with marks.

    Args:
        place: Where it stands.
        sentences: All of the text, cut where marks stand, each piece with its marks.
        key: Of the widget.
    """
    _draw(place, key, sentences=sentences)


def draw_difference(
    place: DeltaGenerator, parts: Sequence[tuple[str, str]], key: str
) -> None:
    """Draw words letter by letter, each ``kept``, ``added`` or ``removed``."""
    _draw(place, key, difference=parts)


def _draw(place: DeltaGenerator, key: str, **data: Any) -> None:  # noqa: ANN401 - JSON
    mount(place, _COMPONENT, key=key, data=data)


_COMPONENT: Final = "text"
