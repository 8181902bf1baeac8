"""Formats figures, dates, names and messages."""

from pages.widgets.formatting import dates, figures, notices, wording
from pages.widgets.formatting.dates import user_timezone
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
    div,
    layer_title_html,
    model_html,
    money_html,
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
    "counted",
    "dates",
    "div",
    "failure",
    "figures",
    "layer_title_html",
    "mixture_line",
    "model_html",
    "model_name",
    "money",
    "money_cell",
    "money_html",
    "notices",
    "percent",
    "seconds",
    "user_timezone",
    "wording",
]
