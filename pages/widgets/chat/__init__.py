"""Draws a conversation: its questions and answers, the composer and the sidebar."""

from pages.widgets.chat.composer import composer, notices_only, waiting
from pages.widgets.chat.conversation import draw_conversation, open_conversation
from pages.widgets.chat.sidebar import sidebar
from pages.widgets.chat.use_mixture import use_mixture_buttons
from pages.widgets.chat.welcome import welcome

__all__ = [
    "composer", "draw_conversation", "notices_only", "open_conversation", "sidebar",
    "use_mixture_buttons", "waiting", "welcome",
]  # fmt: skip
