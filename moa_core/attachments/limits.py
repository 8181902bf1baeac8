"""Says how much can be attached to a question, and what a file may take to be read."""

from collections.abc import Sequence
from typing import Final

from moa_core.errors import AttachmentError
from moa_core.messages import FilePart

MB: Final = 1_000_000
MOST_FILES: Final = 10
"""Files of one question."""

MOST_BYTES: Final = 20 * MB
"""Of one file, as it is attached."""

MOST_BYTES_TOGETHER: Final = 40 * MB
"""Of all files of a question, as they are kept."""

MOST_MEGAPIXELS: Final = 52
"""Of one image: those of phones have 50 at most."""

LONGEST_SIDE: Final = 2048
"""Pixels of the longer side of an image, as it is kept; larger ones are scaled."""

MOST_PAGES: Final = 500
"""Pages, sheets or slides of one document."""

MOST_CHARS: Final = 1_000_000
"""Characters of text of one document, and of all documents of a question."""

MEMORY_BYTES: Final = 1024 * MB
"""Of the process that reads a file."""

CPU_S: Final = 30
"""Seconds of computing for one file."""

WAIT_S: Final = 90
"""Seconds for one file, however busy the machine is."""


def check_together(files: Sequence[FilePart]) -> None:
    """See that these files fit into one question.

    Raises:
        AttachmentError: They are too many, or too large together.
    """
    if len(files) > MOST_FILES:
        raise AttachmentError(
            f"A question takes {MOST_FILES} files at most; these are {len(files)}.",
            "Take some away, or ask about the others in the next question.",
        )
    size = sum(each.content.size for each in files)
    if size > MOST_BYTES_TOGETHER:
        raise AttachmentError(
            f"The files have {size / MB:.0f} MB together; a question takes "
            f"{MOST_BYTES_TOGETHER // MB}.",
            "Take some away, or ask about the others in the next question.",
        )
    chars = sum(len(getattr(each, "text", "")) for each in files)
    if chars > MOST_CHARS:
        raise AttachmentError(
            f"The documents have {chars:,} characters of text together; a question "
            f"takes {MOST_CHARS:,}.",
            "Take some away, or attach only the part that you ask about.",
        )
