"""Shares ended runs by links."""

from storage.sharing.shared_links import (
    LONGEST_TITLE,
    LinkKind,
    NewLink,
    SharedLink,
    SharedLinks,
    SharedTurn,
    person_of_token,
)

__all__ = [
    "LONGEST_TITLE", "LinkKind", "NewLink", "SharedLink", "SharedLinks", "SharedTurn",
    "person_of_token",
]  # fmt: skip
