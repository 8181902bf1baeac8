"""Shares ended runs by links."""

from storage.sharing.shared_links import (
    LONGEST_TITLE,
    LinkKind,
    NewLink,
    SharedLink,
    SharedLinks,
    SharedTurn,
)

__all__ = [
    "LONGEST_TITLE", "LinkKind", "NewLink", "SharedLink", "SharedLinks", "SharedTurn",
]  # fmt: skip
