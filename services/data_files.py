"""Exports, imports, backs up and erases all data, for pages that know no database."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from storage.database import Database

if TYPE_CHECKING:  # a file is rarely read or written: each method imports what does it
    from moa_core.training import TrainingFormat
    from storage.transfer import ImportReport
    from storage.upkeep import Erased


@dataclass(frozen=True, slots=True)
class DataFiles:
    """All data of an installation as files.

    Attributes:
        database: Where it is kept.
        settings_replaced: Called after an import or an erasure.
        erased: Called after an erasure of what others may have been shown; then it
            stays what was spent, without which an administrator's caps would not hold.
    """

    database: Database
    settings_replaced: Callable[[], None]
    erased: Callable[[], None] | None = None

    @property
    def place(self) -> str:
        """Where the data is, in words."""
        return self.database.place

    @property
    def on_server(self) -> bool:
        """Whether a database server keeps it, and no file of ours."""
        return self.database.path is None

    def export_json(self, conversation_uid: str | None = None) -> str:
        """Everything, or one conversation, in our export format."""
        from storage.transfer import export_lines

        lines = export_lines(self.database, conversation_uid=conversation_uid)
        return "".join(lines)

    def export_training(
        self, form: "TrainingFormat", conversation_uid: str | None = None
    ) -> str:
        """Examples to train on as JSON lines, of everything or one conversation."""
        from storage.transfer import training_lines

        return "".join(training_lines(self.database, form, conversation_uid))

    def import_json(self, file: BinaryIO, name: str) -> "ImportReport":
        """Take in an export; raises as ``import_file`` does."""
        from storage.transfer import import_file

        report = import_file(self.database, file, name)
        self.settings_replaced()
        return report

    def back_up(self) -> Path:
        """Copy the database file; raises as ``back_up_database`` does."""
        from storage.upkeep import back_up_database

        return back_up_database(self.database)

    def copies(self) -> list[Path]:
        """The copies that were made and are still there."""
        from storage.upkeep import copies

        return copies(self.database)

    def erase(self, *, with_copies: bool) -> "Erased":
        """Delete everything for good; raises as ``erase_everything`` does."""
        from storage.upkeep import erase_everything

        erased = erase_everything(
            self.database, with_copies=with_copies, keep_sums=self.erased is not None
        )
        if self.erased:
            self.erased()
        self.settings_replaced()
        return erased
