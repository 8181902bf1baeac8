"""Compares the texts of a run: side by side, by similarity and by source."""

from pages.widgets.compare.differences import difference_legend, draw_differences
from pages.widgets.compare.proposals_view import proposals_view
from pages.widgets.compare.run_picker import pick_run, question_box
from pages.widgets.compare.sources import provenance_of, sources
from pages.widgets.compare.texts import answer_of, badge, letter

__all__ = [
    "answer_of", "badge", "difference_legend", "draw_differences", "letter", "pick_run",
    "proposals_view", "provenance_of", "question_box", "sources",
]  # fmt: skip
