"""Reads the newest answers of a batch, from the end of a file of any length."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from moa_core.batch.summary import BatchAnswer

MOST_BYTES: Final = 4_000_000
"""So much is read at most."""

_BLOCK: Final = 262_144


def newest_answers(
    answers: Path, most: int, end: int | None = None
) -> list[BatchAnswer]:
    """The newest answers, each row once, newest first; no more than a few MB are read.

    Args:
        answers: The file of answers.
        most: How many.
        end: Only what stands before this byte, so that the same is read while the file
            grows; ``None`` for all.

    Raises:
        OSError: The file cannot be read.
    """
    found: dict[str, BatchAnswer] = {}
    for line in _lines_from_the_end(answers, end):
        with suppress(ValueError, LookupError, TypeError):  # not one of ours
            answer = BatchAnswer.of_line(json.loads(line))
            found.setdefault(answer.custom_id, answer)
        if len(found) == most:
            break
    return list(found.values())


def _lines_from_the_end(path: Path, end: int | None) -> Iterator[bytes]:
    """Whole lines, the last one first, until ``MOST_BYTES`` are read."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        position = size if end is None else min(size, end)
        stop = max(0, position - MOST_BYTES)
        rest = b""
        while position > stop:
            start = max(stop, position - _BLOCK)
            file.seek(start)
            first, *lines = (file.read(position - start) + rest).split(b"\n")
            yield from reversed(lines)
            rest, position = first, start
        if position == 0:
            yield rest
