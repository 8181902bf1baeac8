"""Writes an export: JSON that any database of ours imports.

One record a line, so that neither writing nor reading needs the whole in memory; all
lines together are one JSON object. See ``docs/export-format.md``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from storage.conversations import find_conversation
from storage.database import VERSIONS, Database, names
from storage.schema import ConversationRow
from storage.transfer.export_rows import Scope, read_records
from storage.transfer.export_sections import SECTIONS
from storage.transfer.write_whole import write_whole

FORMAT: Final = "polyphony-export"
VERSION: Final = 1
"""Of the form of the file. ``SCHEMA`` is that of the records."""

SCHEMA: Final = names(VERSIONS)[-1]
"""The newest migration: it says which tables and columns there are."""

_ABOUT_MACHINE: Final = "worker"
"""A field that is left empty in what is made to be passed on."""


@dataclass(slots=True)
class Written:
    """The contents of an export.

    Attributes:
        counts: Records of each section, filled in as they are written.
        left_out: Deleted conversations that are not in it.
        streamed: Whether it went into a pipe or a device, and not into a file.
    """

    counts: dict[str, int] = field(default_factory=dict)
    left_out: int = 0
    streamed: bool = False


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
        conversation_uid: Only this conversation, without the name of the machine;
            ``None`` for everything.
        deleted: Whether deleted conversations and presets are in it, as long as they
            can be brought back.
        written: Is filled in with what was written.

    Raises:
        NotFoundError: There is no such conversation.
        StorageError: The database cannot be read.
    """
    written = written or Written()
    with database.reading() as session:
        scope = Scope(deleted=deleted)
        if conversation_uid is not None:
            scope = Scope(
                (find_conversation(session, conversation_uid, "chat", "api"),)
            )
        elif not deleted:
            in_bin = ConversationRow.deleted_at.is_not(None)
            count = select(func.count(ConversationRow.id)).where(in_bin)
            written.left_out = session.scalar(count) or 0
        now = datetime.now(UTC).isoformat(timespec="seconds")
        head = {"format": FORMAT, "version": VERSION, "schema": SCHEMA}
        yield f'{_json({**head, "exported_at": now})[:-1]},"records":[\n'
        separator = ""
        for section in SECTIONS:
            written.counts[section.name] = 0
            for _, record in read_records(session, section, scope):
                written.counts[section.name] += 1
                if conversation_uid is not None and _ABOUT_MACHINE in record:
                    record[_ABOUT_MACHINE] = ""
                yield separator + _json({"record": section.name, **record})
                separator = ",\n"
        yield f'\n],"counts":{_json(written.counts)}}}\n'


def export_to(database: Database, path: Path, *, deleted: bool = False) -> Written:
    """Write everything to where ``path`` leads, as ``write_whole`` does.

    Raises:
        StorageError: The database cannot be read, or the file not be written.
    """
    written = Written()
    lines = export_lines(database, deleted=deleted, written=written)
    written.streamed = write_whole(path, lines)
    return written


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
