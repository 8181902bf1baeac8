"""Imports an export: what is new is added, what is stored already stays as it is.

All of it happens in one transaction. A conversation is taken in as a whole or not at
all: one that is stored already is compared, and never written to.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from storage.database import Database, advisory_lock
from storage.errors import ImportRefusedError, RejectedError
from storage.spending import count_what_is_not
from storage.transfer.export import SCHEMA
from storage.transfer.export_rows import Record
from storage.transfer.export_sections import BY_NAME, Section
from storage.transfer.import_attachments import FileCheck
from storage.transfer.import_duplicates import ConversationDuplicates, DuplicateCheck
from storage.transfer.import_file import ImportFile
from storage.transfer.import_records import validate_record
from storage.transfer.import_references import References
from storage.transfer.import_rows import RowWriter


@dataclass(slots=True)
class ImportReport:
    """The result of an import.

    Attributes:
        added: Rows that were added, by table.
        same: Conversations, presets and settings that were stored already, as in the
            file.
        different: Those that were stored, but not as in the file: a sentence each. They
            stayed as they were.
    """

    added: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)

    def note(self, name: str, compared: str) -> None:
        """Note what was stored already: ``""`` for the same, else a sentence."""
        if compared:
            self.different.append(compared)
        else:
            self.same[name] += 1


def import_from(database: Database, path: Path) -> ImportReport:
    """Import a file.

    Raises:
        StorageError: The file cannot be read, is none of ours, or the database cannot
            be written. Nothing was changed.
    """
    try:
        with path.open("rb") as file:
            return import_file(database, file, str(path))
    except OSError as error:
        raise ImportRefusedError(path, error.strerror or "") from error


def import_file(database: Database, file: BinaryIO, name: str) -> ImportReport:
    """Import an export.

    Args:
        database: Where it goes.
        file: Its bytes, from the beginning.
        name: The name of the file in messages.

    Raises:
        ImportRefusedError: It is no export, newer, damaged, cut off, or something in
            it cannot be. Nothing was changed.
        StorageError: The database cannot be written. Nothing was changed.
    """
    reader = ImportFile(name, file)
    try:
        with database.writing() as session:
            advisory_lock(session, "presets")
            advisory_lock(session, "settings")
            return _Import(session, reader).run()
    except ConfigError as error:
        raise reader.refused(str(error)) from None
    except RejectedError as error:
        reason = "near this line the database refuses what it says"
        raise reader.refused(reason) from error


class _Import:
    """One file that is being imported."""

    def __init__(self, session: Session, reader: ImportFile) -> None:
        self._session, self._reader = session, reader
        self._writer = RowWriter(session)
        self._report = ImportReport()
        self._references = References(session)
        self._duplicates = DuplicateCheck(session)
        self._conversations = ConversationDuplicates(session)
        self._files = FileCheck()

    def run(self) -> ImportReport:
        for name, fields in self._reader.records():
            section = BY_NAME[name]
            older = self._reader.schema != SCHEMA
            record = validate_record(section, fields, older=older)
            row_id = 0
            if not self._is_stored(section, record):
                row_id = self._writer.next_id(section)
                self._add(section, record, row_id)
            self._references.add(section, record, row_id)
        self._writer.flush()
        count_what_is_not(self._session)
        for compared in self._conversations.compare():
            self._report.note("conversations", compared)
        return self._report

    def _is_stored(self, section: Section, record: Record) -> bool:
        if section.owned:
            uid = self._references.conversation_of(section, record)
            return self._conversations.is_stored(section, uid, record)
        if section.name == "configs":
            return self._references.has_config(record)
        compared = self._duplicates.compare(section, record)
        if compared is not None:
            self._report.note(section.name, compared)
        return compared is not None

    def _add(self, section: Section, record: Record, row_id: int) -> None:
        if section.name in ("calls", "run_inputs"):
            self._references.check_seat(record)
        if section.name == "runs":
            self._references.check_decisions(record)
        row: dict[str, Any] = {"id": row_id} if section.has_ids else {}
        for each in section.fields:
            if each.target is None:
                row[each.column.name] = record[each.name]
        if section.name == "attachments":
            row |= self._files.columns(record)
        row |= self._references.ids(section, record)
        call = self._references.call_name(record)
        self._writer.add(section, row, call, self._reader.size)
        self._report.added[section.name] += 1
