"""Draws a finished text in the browser."""

from streamlit.delta_generator import DeltaGenerator

from pages.component.bundle import mount


def text_component(place: DeltaGenerator, text: str, *, key: str) -> None:
    """Draw ``text``, Markdown from outside, safely.

    Args:
        place: Where it stands.
        text: As it came.
        key: Of the widget.
    """
    mount(place, "text", key=key, data={"text": text})
