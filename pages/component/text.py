"""Draws finished texts in the browser: Markdown, typed, marked or compared.

`frontend/src/markdown/` makes all of them harmless; nothing is looked at here.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from streamlit.delta_generator import DeltaGenerator

from pages.component.bundle import mount

SourceMark = tuple[str, float]
"""A letter, and how dark it is from 0 to 1; no letter stands for words of one's own."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A button at the corner of a text that copies it in one click.

    Of Markdown also as plain text, or as a quote.

    Attributes:
        about: What is copied, as the button is called: ``the question``.
        writer: Who is quoted; ``""`` where nobody may know.
    """

    about: str
    writer: str = ""


def draw_markdown(
    place: DeltaGenerator,
    text: str,
    key: str,
    copy: Copy | None = None,
    *,
    under: int = 2,
) -> None:
    """Draw Markdown from outside as it came.

    Args:
        place: Where it stands.
        text: The Markdown.
        key: Of the widget.
        copy: How it can be copied.
        under: The level of the heading above it; its own are told as lower ones.
    """
    _draw(place, key, copy, markdown=text, under=under)


def draw_typed(
    place: DeltaGenerator, text: str, key: str, copy: Copy | None = None
) -> None:
    """Draw what a user typed, letter by letter."""
    _draw(place, key, copy, typed=text)


def draw_code(place: DeltaGenerator, text: str, key: str, copy: Copy) -> None:
    """Draw what machines read, a prompt or a link, letter by letter."""
    _draw(place, key, copy, code=text)


def copy_button(place: DeltaGenerator, label: str, text: str, key: str) -> None:
    """Draw a button that copies a text which is not shown."""
    data = {"code": text, "copy": {"about": label, "label": label, "hidden": True}}
    mount(place, _COMPONENT, key=key, data=data)


def copy_icon(place: DeltaGenerator, about: str, text: str, key: str) -> None:
    """Draw the sign of copying alone, which copies a text that stands beside it."""
    data = {"code": text, "copy": {"about": about, "hidden": True}}
    mount(place, _COMPONENT, key=key, data=data)


def draw_sentences(
    place: DeltaGenerator,
    sentences: Sequence[tuple[str, Sequence[SourceMark]]],
    key: str,
    copy: Copy | None = None,
) -> None:
    """Draw Markdown from outside with marks.

    Args:
        place: Where it stands.
        sentences: All of the text, cut where marks stand, each piece with its marks.
        key: Of the widget.
        copy: How it can be copied, without the marks.
    """
    _draw(place, key, copy, sentences=sentences)


def draw_difference(
    place: DeltaGenerator,
    parts: Sequence[tuple[str, str]],
    key: str,
    copy: Copy | None = None,
) -> None:
    """Draw Markdown from outside with its words marked that another text has not.

    Args:
        place: Where it stands.
        parts: Stretches that are ``kept``, ``added`` or ``removed``, in order.
        key: Of the widget.
        copy: How the text can be copied, without what was removed.
    """
    _draw(place, key, copy, difference=parts)


def _draw(
    place: DeltaGenerator,
    key: str,
    copy: Copy | None,
    **data: Any,  # noqa: ANN401 - JSON
) -> None:
    if copy:
        data["copy"] = asdict(copy)
    mount(place, _COMPONENT, key=key, data=data)


_COMPONENT: Final = "text"
