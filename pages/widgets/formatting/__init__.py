"""Formats figures, dates, names and messages."""

from moa_core.text import counted
from pages.widgets.formatting import dates, figures, notices, run_words, wording
from pages.widgets.formatting.dates import user_timezone
from pages.widgets.formatting.figures import (
    NO_BREAK,
    SEPARATOR,
    money,
    money_cell,
    percent,
    percent_range,
    seconds,
)
from pages.widgets.formatting.labels import distinct_labels, dot_labels
from pages.widgets.formatting.notices import attempt, attempt_at, failure, problem_at
from pages.widgets.formatting.said_once import (
    page_begins,
    page_is_drawn,
    redraw,
    said_once,
    say_once,
)
from pages.widgets.formatting.wording import ACCENT, mixture_line, model_name

__all__ = [
    "ACCENT", "NO_BREAK", "SEPARATOR", "attempt", "attempt_at", "counted", "dates",
    "distinct_labels", "dot_labels", "failure", "figures", "mixture_line", "model_name",
    "money", "money_cell", "notices", "page_begins", "page_is_drawn", "percent",
    "percent_range", "problem_at", "redraw", "run_words", "said_once", "say_once",
    "seconds", "user_timezone", "wording",
]  # fmt: skip
