"""Arranges a page: rows, placeholders, pagination and background jobs."""

from pages.widgets.layout.address import (
    CONVERSATION,
    DUEL,
    ENDS_AT,
    RUN,
    THROUGH,
    VIEW,
    end_at,
    end_of,
    go_through,
    go_to,
)
from pages.widgets.layout.background_job import HowFar, begin, is_going, long_work
from pages.widgets.layout.conversation_link import follow_misled_link, line_to
from pages.widgets.layout.empty_state import nothing_yet
from pages.widgets.layout.fold import fold
from pages.widgets.layout.pagination import here, page_of, paging
from pages.widgets.layout.placeholders import places_for, slot
from pages.widgets.layout.rows import (
    COLUMN_HEIGHT_PX,
    COLUMN_MIN_PX,
    LONGEST_QUESTION_CHARS,
    READABLE_PX,
    copy_button,
    head_row,
    maximise_button,
)
from pages.widgets.layout.view_picker import View, go_to_view, pick_view

__all__ = [
    "COLUMN_HEIGHT_PX",
    "COLUMN_MIN_PX",
    "CONVERSATION",
    "DUEL",
    "ENDS_AT",
    "LONGEST_QUESTION_CHARS",
    "READABLE_PX",
    "RUN",
    "THROUGH",
    "VIEW",
    "HowFar",
    "View",
    "begin",
    "copy_button",
    "end_at",
    "end_of",
    "fold",
    "follow_misled_link",
    "go_through",
    "go_to",
    "go_to_view",
    "head_row",
    "here",
    "is_going",
    "line_to",
    "long_work",
    "maximise_button",
    "nothing_yet",
    "page_of",
    "paging",
    "pick_view",
    "places_for",
    "slot",
]
