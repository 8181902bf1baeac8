"""Takes an export in: what is new is added, what is there already stays as it is.

All of it happens in one transaction. A conversation is taken in as a whole or not at
all: one that is there already is compared, and never written to.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from storage.database import Database, advisory_lock
from storage.errors import ImportRefusedError, RejectedError
from storage.schema import ConfigRow
from storage.spending import count_what_is_not
from storage.transfer.export import SCHEMA
from storage.transfer.export_rows import Record
from storage.transfer.export_sections import BY_NAME, Section
from storage.transfer.import_duplicates import ConversationDuplicates, DuplicateCheck
from storage.transfer.import_fields import checked_record
from storage.transfer.import_file import ImportFile, Line
from storage.transfer.import_references import Places, Related, widths_text
from storage.transfer.import_rows import CallName, RowWriter


@dataclass(slots=True)
class ImportReport:
    """What became of a file.

    Attributes:
        added: Rows that were added, by table.
        same: Conversations, presets and settings that were there already, as in the
            file.
        different: Those that were there, but not as in the file: a sentence each. They
            stayed as they were.
    """

    added: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)


def import_from(database: Database, path: Path) -> ImportReport:
    """Take in the export that is in a file.

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
    """Take in an export.

    Args:
        database: Where it goes.
        file: Its bytes, from the beginning.
        name: What messages call it.

    Raises:
        ImportRefusedError: It is no export, newer, damaged, cut off, or something in
            it cannot be. Nothing was changed.
        StorageError: The database cannot be written. Nothing was changed.
    """
    reader = ImportFile(name, file)
    try:
        with database.writing() as session:
            for matter in ("presets", "settings"):
                advisory_lock(session, matter)
            return _Import(session, reader).run()
    except ConfigError as error:
        raise reader.refused(str(error)) from None
    except RejectedError as error:
        said = "near this line the database refuses what it says"
        raise reader.refused(said) from error


class _Import:
    """One file that is being taken in."""

    def __init__(self, session: Session, reader: ImportFile) -> None:
        self._session, self._reader = session, reader
        self._writer = RowWriter(session)
        self._done = ImportReport()
        self._places = Places()
        self._related = Related(_configs(session))
        self._twins = DuplicateCheck(session)
        self._talks = ConversationDuplicates(session)

    def run(self) -> ImportReport:
        for line in self._reader.lines():
            self._take(line)
        self._writer.flush()
        count_what_is_not(self._session)
        self._talks.tell(self._done.same, self._done.different)
        return self._done

    def _take(self, line: Line) -> None:
        section = BY_NAME[line.section]
        older = self._reader.schema != SCHEMA
        record = checked_record(section, line.record, older=older)
        if section.owned:
            talk = self._places.talk_of(section, record)
            if self._talks.is_there(section, talk, record):
                return
        elif self._is_there(section, record):
            return
        self._add(section, record)

    def _is_there(self, section: Section, record: Record) -> bool:
        if section.name == "configs":
            self._related.mixtures[record["sha256"]] = widths_text(record["config"])
            return record["sha256"] in self._related.configs
        said = self._twins.compare(section, record)
        if said == "":
            self._done.same[section.name] += 1
        elif said is not None:
            self._done.different.append(said)
        return said is not None

    def _add(self, section: Section, record: Record) -> None:
        row_id = self._writer.next_id(section)
        ids = self._related.ids(section, record, row_id)
        if section.name == "configs":
            self._related.configs[record["sha256"]] = row_id
        row: dict[str, Any] = {"id": row_id} if section.has_ids else {}
        for each in section.fields:
            if each.target is None:
                row[each.column.name] = record[each.name]
        row |= ids
        chars = len(record.get("output") or "") + len(record.get("question") or "")
        self._writer.add(section, row, self._call(record), chars)
        self._done.added[section.name] += 1

    def _call(self, record: Record) -> CallName | None:
        if "call" not in record:
            return None
        run = self._related.run_of(record["call"])
        return (run.id, *record["call"][1:])


def _configs(session: Session) -> dict[str, int]:
    known = session.execute(select(ConfigRow.sha256, ConfigRow.id))
    return {name: row_id for name, row_id in known}  # noqa: C416 - typed
