"""Writes an export: JSON that any database of ours imports.

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

from storage.conversations import find_conversation
from storage.database import (
    VERSIONS,
    Database,
    create_private,
    names,
    translate_copying,
)
from storage.schema import ConversationRow
from storage.transfer.export_rows import Scope, read_records
from storage.transfer.export_sections import SECTIONS

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
            scope = Scope((find_conversation(session, conversation_uid),))
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


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
