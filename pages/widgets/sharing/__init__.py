"""Shares chats and answers by links: makes them, lists them, and draws their pages."""

from pages.widgets.sharing.link_list import shared_links
from pages.widgets.sharing.share_dialog import ShareDialog, share_answer, share_chat
from pages.widgets.sharing.shared_page import shared_page

__all__ = [
    "ShareDialog", "share_answer", "share_chat", "shared_links", "shared_page",
]  # fmt: skip
