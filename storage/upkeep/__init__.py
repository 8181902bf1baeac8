"""Backs up the database, and deletes what is no longer kept."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from storage.upkeep.retention import (
    LONGEST_DAYS,
    SETTING,
    UNDO_DAYS,
    Retention,
    check_retention,
)

if TYPE_CHECKING:
    from storage.upkeep.backup import back_up, back_up_database, restore
    from storage.upkeep.erase import CONFIRMATION, Erased, copies, erase_everything
    from storage.upkeep.everybody import erase_person, separate_databases, url_of_person

__all__ = [
    "CONFIRMATION", "LONGEST_DAYS", "SETTING", "UNDO_DAYS", "Erased", "Retention",
    "back_up", "back_up_database", "check_retention", "copies", "erase_everything",
    "erase_person", "restore", "separate_databases", "url_of_person",
]  # fmt: skip

if not TYPE_CHECKING:  # the app deletes what has become old; the rest somebody asks for
    __getattr__ = names_on_demand(
        __name__,
        {
            "backup": "back_up back_up_database restore",
            "erase": "CONFIRMATION Erased copies erase_everything",
            "everybody": "erase_person separate_databases url_of_person",
        },
    )
