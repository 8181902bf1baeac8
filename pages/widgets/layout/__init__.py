"""Arranges a page: rows, placeholders, pagination and background jobs."""

from pages.widgets.layout.address import (
    BATCH,
    BENCHMARK,
    CONVERSATION,
    DUEL,
    ENDS_AT,
    EXPERIMENT,
    QUESTION,
    RUN,
    SHARED_LINK,
    THROUGH,
    VIEW,
    addressed_chat,
    arrive,
    branch_point,
    destination,
    end_at,
    go_through,
    go_to,
    go_to_chat,
    go_to_page,
    leave_chat,
    open_chat,
    remember_chat,
)
from pages.widgets.layout.background_job import (
    InBackground,
    JobProgress,
    job_running,
    show_job,
    start_job,
)
from pages.widgets.layout.conversation_link import (
    conversation_link,
    empty_state,
    link_row,
)
from pages.widgets.layout.dialogs import (
    close_dialog,
    close_dialog_elsewhere,
    open_dialog,
    opened_dialog,
)
from pages.widgets.layout.pagination import cursor, page_buttons
from pages.widgets.layout.placeholders import fresh_places, slot
from pages.widgets.layout.rerun import ELSEWHERE_S, rerun_soon, rerun_when
from pages.widgets.layout.rows import (
    COLUMN_MIN_PX,
    LONGEST_QUESTION_CHARS,
    READABLE_PX,
    Maximise,
    card_head,
    head_row,
    icon_only,
    offer_last_undo,
    readable,
    undo_row,
)
from pages.widgets.layout.served_at import opened_at, served_at
from pages.widgets.layout.view_picker import View, go_to_view, pick_view

__all__ = [
    "BATCH", "BENCHMARK", "COLUMN_MIN_PX", "CONVERSATION", "DUEL", "ELSEWHERE_S",
    "ENDS_AT", "EXPERIMENT", "LONGEST_QUESTION_CHARS", "QUESTION", "READABLE_PX", "RUN",
    "SHARED_LINK", "THROUGH", "VIEW", "InBackground", "JobProgress", "Maximise", "View",
    "addressed_chat", "arrive", "branch_point", "card_head", "close_dialog",
    "close_dialog_elsewhere", "conversation_link", "cursor", "destination",
    "empty_state", "end_at", "fresh_places", "go_through", "go_to", "go_to_chat",
    "go_to_page", "go_to_view", "head_row", "icon_only", "job_running", "leave_chat",
    "link_row", "offer_last_undo", "open_chat", "open_dialog", "opened_at",
    "opened_dialog", "page_buttons", "pick_view", "readable", "remember_chat",
    "rerun_soon", "rerun_when", "served_at", "show_job", "slot", "start_job",
    "undo_row",
]  # fmt: skip
