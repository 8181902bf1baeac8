"""Lists, searches and exports conversations."""

from pages.widgets.conversations.chats import Chats
from pages.widgets.conversations.conversation_list import history_list
from pages.widgets.conversations.export_buttons import JSON_LINES
from pages.widgets.conversations.filters import (
    api_requests_button,
    chosen_filters,
    history_filters,
    nothing_found,
    show_filters,
)
from pages.widgets.conversations.markdown import as_zip
from pages.widgets.conversations.menu import begin_renaming, pending_action
from pages.widgets.conversations.recent import recent_conversations
from pages.widgets.conversations.search_dialog import search_button
from pages.widgets.conversations.search_results import search_results
from pages.widgets.conversations.selection import select_toggle
from pages.widgets.conversations.undo import offer_undo

__all__ = [
    "JSON_LINES", "Chats", "api_requests_button", "as_zip", "begin_renaming",
    "chosen_filters",
    "history_filters", "history_list", "nothing_found", "offer_undo", "pending_action",
    "recent_conversations", "search_button", "search_results", "select_toggle",
    "show_filters",
]  # fmt: skip
