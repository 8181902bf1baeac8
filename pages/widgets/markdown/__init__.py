"""Renders untrusted Markdown safely, complete or still being written."""

from pages.widgets.markdown.differences import difference_legend, draw_differences
from pages.widgets.markdown.fenced_code import lines_in_fences
from pages.widgets.markdown.horizontal_scroll import horizontal_scroll
from pages.widgets.markdown.live_text import LiveText, draw_typed
from pages.widgets.markdown.sanitizer import plain_label, plain_piece, title_label
from pages.widgets.markdown.sentence_marks import (
    insert_markers,
    marker_position,
    remove_markers,
    show_markers,
)

__all__ = [
    "LiveText", "difference_legend", "draw_differences", "draw_typed",
    "horizontal_scroll", "insert_markers", "lines_in_fences", "marker_position",
    "plain_label", "plain_piece", "remove_markers", "show_markers", "title_label",
]  # fmt: skip
