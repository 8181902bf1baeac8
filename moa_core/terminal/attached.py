"""Reads the files that are attached to a question on the command line."""

import sys
from collections.abc import Sequence

from moa_core.attachments import MOST_BYTES, check_together, read_attachment
from moa_core.errors import AttachmentError, ConfigError
from moa_core.messages import FilePart
from moa_core.text import one_line


def attached(names: Sequence[str]) -> tuple[FilePart, ...]:
    """The files of these names; ``-`` is standard input.

    Raises:
        ConfigError: One cannot be read, or they do not fit into one question.
    """
    try:
        files = tuple(read_attachment(name, _content(name)) for name in names)
        check_together(files)
    except AttachmentError as error:
        raise ConfigError(f"{error} {error.advice}".strip()) from None
    return files


def _content(name: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with open(name, "rb") as file:  # noqa: PTH123 - a name of any bytes
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        said = error.strerror or error
        raise ConfigError(f"{one_line(name, 400)}: {said}.") from None
