"""Reads files that are attached to a question: by their bytes, within limits."""

from moa_core.attachments.limits import (
    MOST_BYTES,
    MOST_BYTES_TOGETHER,
    MOST_FILES,
    check_together,
)
from moa_core.attachments.names import cleaned_name
from moa_core.attachments.reading import read_attachment

__all__ = [
    "MOST_BYTES", "MOST_BYTES_TOGETHER", "MOST_FILES", "check_together",
    "cleaned_name", "read_attachment",
]  # fmt: skip
