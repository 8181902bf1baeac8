"""Checks the files of an export as if they were attached again."""

from base64 import b64decode
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from moa_core.attachments import (
    MOST_BYTES_TOGETHER,
    MOST_FILES,
    cleaned_name,
    read_attachment,
)
from moa_core.errors import AttachmentError, ConfigError
from moa_core.messages import DocumentPart, FilePart, ImagePart
from storage.transfer.export_rows import Record

_MARKDOWN: Final = "text/markdown"
"""What is kept of a web page; read again it is a plain text."""


@dataclass(slots=True)
class FileCheck:
    """Checks the files of the questions of one import."""

    _counts: Counter[str] = field(default_factory=Counter)
    _bytes: Counter[str] = field(default_factory=Counter)

    def columns(self, record: Record) -> dict[str, Any]:
        """The columns of a file that are not in the record as they are kept.

        The text of a document stays: it is what models have read.

        Raises:
            ConfigError: It could not be attached, or is not what the record says.
        """
        try:
            data = b64decode(record["data"], validate=True)
        except ValueError:
            raise ConfigError("data: this is no Base64") from None
        self._refuse_too_many(record["turn"], len(data))
        try:
            read = read_attachment(record["name"], data)
        except AttachmentError as error:
            raise ConfigError(f"data: {error}") from None
        if read.content.sha256 != record["sha256"]:
            raise ConfigError("data: these are not the bytes of sha256, or not only")
        _check_same(record, read)
        return {"data": data, "name": cleaned_name(record["name"])}

    def _refuse_too_many(self, turn: str, size: int) -> None:
        self._counts[turn] += 1
        self._bytes[turn] += size
        if self._counts[turn] > MOST_FILES or self._bytes[turn] > MOST_BYTES_TOGETHER:
            raise ConfigError("turn: its files are more than a question takes")


def _check_same(record: Record, read: FilePart) -> None:
    """See that a file is what its record says."""
    media_type = read.media_type
    if record["media_type"] == _MARKDOWN and media_type == "text/plain":
        media_type = _MARKDOWN
    image = isinstance(read, ImagePart)
    found = {
        "kind": "image" if image else "document",
        "media_type": media_type,
        "size": read.content.size,
        "width": read.width if isinstance(read, ImagePart) else None,
        "height": read.height if isinstance(read, ImagePart) else None,
        "pages": read.pages if isinstance(read, DocumentPart) else None,
    }
    for name, value in found.items():
        if record[name] != value:
            raise ConfigError(f"{name}: it is not that of the file")
    if image is not (record["text"] is None):
        raise ConfigError("text: a document has one, and an image has none")
