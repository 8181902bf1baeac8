"""Mounts what is drawn in the browser, and holds what `frontend/` was built into."""

from pages.component.bundle import BUNDLE, Asked
from pages.component.chats import ChatGroup, ListedChat, chats_component
from pages.component.price import price_component
from pages.component.run import run_component
from pages.component.text import (
    Copy,
    SourceMark,
    copy_button,
    copy_icon,
    draw_code,
    draw_difference,
    draw_markdown,
    draw_sentences,
    draw_typed,
)
from pages.component.turns import turns_component

__all__ = [
    "BUNDLE", "Asked", "ChatGroup", "Copy", "ListedChat", "SourceMark",
    "chats_component", "copy_button", "copy_icon", "draw_code", "draw_difference",
    "draw_markdown", "draw_sentences", "draw_typed", "price_component", "run_component",
    "turns_component",
]  # fmt: skip
