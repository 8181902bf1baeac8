"""Writes and reads what the process that reads files hands back: JSON, then bytes."""

import json
from dataclasses import asdict, dataclass

from moa_core.errors import AttachmentError


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatWasRead:
    """What a file turned out to be.

    Attributes:
        media_type: What it is kept as.
        width: Of an image, in pixels; so is ``height``.
        pages: Of a document: pages, sheets or slides; ``None`` where it has none.
        keeps: Whether the file is kept byte for byte; otherwise ``body`` is.
        text: Of a document; ``None`` for an image.
        body: What is kept of the file.
    """

    media_type: str
    width: int = 0
    height: int = 0
    pages: int | None = None
    keeps: bool = True
    text: str | None = None
    body: bytes = b""

    def to_bytes(self) -> bytes:
        """As the reading process writes it."""
        head = {name: value for name, value in asdict(self).items() if name != "body"}
        return json.dumps(head).encode() + b"\n" + self.body


def refusal_to_bytes(error: AttachmentError) -> bytes:
    """Why a file is refused, as the reading process writes it."""
    return json.dumps({"refused": str(error), "advice": error.advice}).encode()


def what_was_read(written: bytes) -> WhatWasRead:
    """Read what the reading process wrote.

    Raises:
        AttachmentError: It refused the file.
        ValueError: It wrote something else, or nothing.
    """
    line, _, body = written.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise AttachmentError(head["refused"], head["advice"])
    return WhatWasRead(**head, body=body)
