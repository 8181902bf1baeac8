"""Writes what is kept as JSON that any database of ours takes in again.

One record a line, so that neither writing nor reading needs the whole in memory; all
lines together are one JSON object. See ``docs/export-format.md``.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.conversations import find_conversation
from storage.database import (
    VERSIONS,
    Database,
    create_private,
    names,
    translate_copying,
)
from storage.schema import ConversationRow
from storage.transfer.export_rows import Changes, Record, Scope, read_records
from storage.transfer.export_running import running_as_interrupted
from storage.transfer.export_sections import SECTIONS

FORMAT: Final = "polyphony-export"
VERSION: Final = 1
"""Of the form of the file. What the records hold is told by ``SCHEMA``."""

SCHEMA: Final = names(VERSIONS)[-1]
"""The newest migration: it says which tables and columns there are."""

ABOUT_PLACE: Final = ("worker",)
"""Fields that tell of the machine: left empty in what is made to be passed on."""


@dataclass(slots=True)
class Written:
    """What an export holds.

    Attributes:
        counts: Records of each section, filled in as they are written.
        left_out: Deleted conversations that are not in it.
    """

    counts: dict[str, int] = field(default_factory=dict)
    left_out: int = 0


def export_lines(
    database: Database,
    *,
    conversation_uid: str | None = None,
    deleted: bool = False,
    written: Written | None = None,
) -> Iterator[str]:
    """The lines of an export, as of one moment, each with its line break.

    Args:
        database: What to export.
        conversation_uid: Only this conversation, without what tells of the machine;
            ``None`` for everything.
        deleted: Whether deleted conversations and presets are in it, as long as they
            can be brought back.
        written: Takes notes of what was written.

    Raises:
        NotFoundError: There is no such conversation.
        StorageError: The database cannot be read.
    """
    written = written or Written()
    with database.reading() as session:
        changes = running_as_interrupted(session)
        if conversation_uid is None:
            scope = Scope(deleted=deleted)
            written.left_out = 0 if deleted else _deleted(session)
        else:
            scope = Scope((find_conversation(session, conversation_uid),))
        yield _head()
        comma = ""
        for line in _records(session, scope, changes, written):
            yield f"{comma}{line}"
            comma = ",\n"
        yield f'\n],"counts":{_json(written.counts)}}}\n'


def export_to(database: Database, path: Path, *, deleted: bool = False) -> Written:
    """Write everything to a file, which then is there as a whole or not at all.

    Raises:
        StorageError: The database cannot be read, or the file not be written.
    """
    written = Written()
    write_whole(path, export_lines(database, deleted=deleted, written=written))
    return written


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write a file that only its owner may read, or leave what was there.

    Raises:
        StorageError: It cannot be written.
    """
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.unlink(missing_ok=True)
        create_private(partial)
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise translate_copying(error, path) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _head() -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    head = {
        "format": FORMAT,
        "version": VERSION,
        "schema": SCHEMA,
        "exported_at": now,
    }
    return f'{_json(head)[:-1]},"records":[\n'


def _records(
    session: Session, scope: Scope, changes: Changes, written: Written
) -> Iterator[str]:
    shared = scope.conversation_ids is not None
    for section in SECTIONS:
        written.counts[section.name] = 0
        for record in read_records(session, section, scope, changes):
            written.counts[section.name] += 1
            if shared:
                record |= {name: "" for name in ABOUT_PLACE if name in record}
            yield json_line(section.name, record)


def json_line(name: str, record: Record) -> str:
    """A record as one line of JSON, without the line break."""
    return _json({"record": name, **record})


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _deleted(session: Session) -> int:
    gone = ConversationRow.deleted_at.is_not(None)
    return session.scalar(select(func.count(ConversationRow.id)).where(gone)) or 0
