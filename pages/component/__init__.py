"""Mounts what is drawn in the browser, and holds what `frontend/` was built into."""

from pages.component.bundle import BUNDLE
from pages.component.text import (
    SourceMark,
    draw_difference,
    draw_markdown,
    draw_sentences,
    draw_typed,
)

__all__ = [
    "BUNDLE", "SourceMark", "draw_difference", "draw_markdown", "draw_sentences",
    "draw_typed",
]  # fmt: skip
