"""Keeps the files of questions, and gives them with bytes that are read when needed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from sqlalchemy import Row, Select, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from moa_core.attachments import check_together
from moa_core.messages import DocumentPart, FileContent, FilePart, ImagePart, Message
from storage.database import Database, database_of
from storage.errors import NotFoundError
from storage.schema import AttachmentRow, QueuedAttachmentRow, table_of

OF_TURNS: Final = table_of(AttachmentRow)
OF_QUEUED: Final = table_of(QueuedAttachmentRow)


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """The bytes of a stored file.

    Raises:
        NotFoundError: When they are read: its question was deleted.
    """

    database: Database
    table: Table
    row_id: int

    def __call__(self) -> bytes:
        """Read them; one who waits for an event loop does so in a thread."""
        with self.database.reading() as session:
            return self.read_in(session)

    def read_in(self, session: Session) -> bytes:
        """Read them in a session that is open already."""
        column = self.table.c.data
        data = session.scalar(select(column).where(self.table.c.id == self.row_id))
        if data is None:
            raise NotFoundError("this file any more: its question was deleted")
        return cast(bytes, data)


def keep_files(
    session: Session, table: Table, owner_id: int, files: Sequence[FilePart]
) -> None:
    """Keep the files of a question, in their order; replaces none.

    Raises:
        AttachmentError: They are too many, or too large together.
        NotFoundError: One was stored, and has been deleted meanwhile.
    """
    check_together(files)
    owner = _owner(table)
    rows = [
        {owner: owner_id, "seq": seq, **_columns(session, file)}
        for seq, file in enumerate(files)
    ]
    if rows:
        session.execute(insert(table), rows)


def files_of(
    session: Session, table: Table, owner_ids: Sequence[int]
) -> dict[int, tuple[FilePart, ...]]:
    """The files of questions, by the ids of those that have some; no byte is read."""
    files: dict[int, tuple[FilePart, ...]] = {}
    database = database_of(session)
    for row in session.execute(_FILES[table.name], {"ids": list(owner_ids)}):
        content = FileContent(
            row.sha256, row.size, StoredBytes(database, table, row.id)
        )
        files[row.owner] = (*files.get(row.owner, ()), _part(row, content))
    return files


def with_images(session: Session, messages: Sequence[Message]) -> tuple[Message, ...]:
    """Messages that are about to be sent, with the bytes of their images in memory."""
    return tuple(
        replace(each, parts=tuple(in_memory(session, part) for part in each.parts))
        if each.images
        else each
        for each in messages
    )


def in_memory(session: Session, part: Any) -> Any:  # noqa: ANN401 - any part of a message
    """A part whose bytes, if it is an image, need no database any more."""
    if not isinstance(part, ImagePart):
        return part
    return replace(part, content=FileContent.of(_bytes(session, part.content)))


def _bytes(session: Session, content: FileContent) -> bytes:
    stored = content.read
    return stored.read_in(session) if isinstance(stored, StoredBytes) else stored()


def _columns(session: Session, file: FilePart) -> dict[str, Any]:
    image = isinstance(file, ImagePart)
    return {
        "kind": "image" if image else "document",
        "name": file.name,
        "media_type": file.media_type,
        "sha256": file.content.sha256,
        "size": file.content.size,
        "width": file.width if isinstance(file, ImagePart) else None,
        "height": file.height if isinstance(file, ImagePart) else None,
        "pages": file.pages if isinstance(file, DocumentPart) else None,
        "text": file.text if isinstance(file, DocumentPart) else None,
        "data": _bytes(session, file.content),
    }


def _part(row: Row[Any], content: FileContent) -> FilePart:
    if row.kind == "image":
        return ImagePart(row.name, row.media_type, row.width, row.height, content)
    return DocumentPart(row.name, row.media_type, row.text, row.pages, content)


def _owner(table: Table) -> str:
    """The column that names the question."""
    return "turn_id" if table is OF_TURNS else "conversation_id"


def _files(table: Table) -> Select[Any]:
    owner = table.c[_owner(table)]
    shown = [each for each in table.c if each.name != "data" and each is not owner]
    wanted = owner.in_(bindparam("ids", expanding=True))
    return (
        select(owner.label("owner"), *shown).where(wanted).order_by(owner, table.c.seq)
    )


# Built once: building a statement takes longer than running it.
_FILES: Final = {table.name: _files(table) for table in (OF_TURNS, OF_QUEUED)}
