"""Reads files that are attached to a question: by their bytes, within limits."""

from typing import TYPE_CHECKING

from moa_core.attachments.limits import (
    MOST_BYTES,
    MOST_BYTES_TOGETHER,
    MOST_FILES,
    check_together,
)
from moa_core.attachments.names import cleaned_name
from moa_core.attachments.reading import read_attachment
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.attachments.images import thumbnail_url

__all__ = [
    "MOST_BYTES", "MOST_BYTES_TOGETHER", "MOST_FILES", "check_together",
    "cleaned_name", "read_attachment", "thumbnail_url",
]  # fmt: skip

if not TYPE_CHECKING:  # loads the library of images
    __getattr__ = names_on_demand(__name__, {"images": "thumbnail_url"})
