"""Backs up the database, and deletes what is no longer kept."""

from storage.upkeep.backup import back_up, back_up_database, restore
from storage.upkeep.erase import CONFIRMATION, Erased, copies, erase_everything
from storage.upkeep.retention import (
    LONGEST_DAYS,
    SETTING,
    UNDO_DAYS,
    Retention,
    check_retention,
)

__all__ = [
    "CONFIRMATION", "LONGEST_DAYS", "SETTING", "UNDO_DAYS", "Erased", "Retention",
    "back_up", "back_up_database", "check_retention", "copies", "erase_everything",
    "restore",
]  # fmt: skip
