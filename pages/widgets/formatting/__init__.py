"""Formats figures, dates, names and messages."""

from pages.widgets.formatting import dates, figures, notices, wording
from pages.widgets.formatting.dates import here
from pages.widgets.formatting.figures import (
    NO_BREAK,
    SEPARATOR,
    counted,
    money,
    money_cell,
    percent,
    seconds,
)
from pages.widgets.formatting.markup import (
    ACCENT_RGB,
    FAILED,
    FAINT,
    GREY,
    SMALL,
    STOPPED,
    WRITING,
    box,
    layer_head,
    model_word,
    money_word,
)
from pages.widgets.formatting.notices import attempt, failure
from pages.widgets.formatting.wording import mixture_line, model_name

__all__ = [
    "ACCENT_RGB",
    "FAILED",
    "FAINT",
    "GREY",
    "NO_BREAK",
    "SEPARATOR",
    "SMALL",
    "STOPPED",
    "WRITING",
    "attempt",
    "box",
    "counted",
    "dates",
    "failure",
    "figures",
    "here",
    "layer_head",
    "mixture_line",
    "model_name",
    "model_word",
    "money",
    "money_cell",
    "money_word",
    "notices",
    "percent",
    "seconds",
    "wording",
]
