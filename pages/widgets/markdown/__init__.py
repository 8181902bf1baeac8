"""Renders untrusted Markdown safely, complete or still being written."""

from pages.widgets.markdown.differences import draw_differences, legend
from pages.widgets.markdown.fenced_code import lines_in_fences
from pages.widgets.markdown.horizontal_scroll import sideways
from pages.widgets.markdown.live_text import LiveText
from pages.widgets.markdown.sanitizer import plain_label, title_label
from pages.widgets.markdown.sentence_marks import (
    place_for,
    with_marks,
    with_places,
    without_places,
)

__all__ = [
    "LiveText",
    "draw_differences",
    "legend",
    "lines_in_fences",
    "place_for",
    "plain_label",
    "sideways",
    "title_label",
    "with_marks",
    "with_places",
    "without_places",
]
