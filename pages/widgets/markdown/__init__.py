"""Renders untrusted Markdown safely, complete or still being written."""

from pages.widgets.markdown.fenced_code import lines_in_fences
from pages.widgets.markdown.horizontal_scroll import horizontal_scroll
from pages.widgets.markdown.live_text import LiveText
from pages.widgets.markdown.sanitizer import plain_label, plain_piece, title_label

__all__ = [
    "LiveText", "horizontal_scroll", "lines_in_fences", "plain_label", "plain_piece",
    "title_label",
]  # fmt: skip
