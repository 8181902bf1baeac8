"""Shares chats and answers by links: makes them, lists them, and draws their pages."""

from pages.widgets.sharing.link_list import shared_links
from pages.widgets.sharing.page_of_link import shared_page
from pages.widgets.sharing.share_dialog import ShareDialog, share_answer, share_chat

__all__ = [
    "ShareDialog", "share_answer", "share_chat", "shared_links", "shared_page",
]  # fmt: skip
