"""Escapes what others wrote for Streamlit's labels, and lets wide tables scroll."""

from pages.widgets.markdown.fenced_code import lines_in_fences
from pages.widgets.markdown.horizontal_scroll import horizontal_scroll
from pages.widgets.markdown.labels import (
    plain_label,
    plain_piece,
    read_aloud,
    title_label,
)

__all__ = [
    "horizontal_scroll", "lines_in_fences", "plain_label", "plain_piece", "read_aloud",
    "title_label",
]  # fmt: skip
