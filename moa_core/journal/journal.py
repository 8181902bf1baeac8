"""Appends records to a file of JSON lines; a kill loses the last one at most."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from moa_core.errors import ConfigError


class Journal:
    """A file that only grows.

    Args:
        path: Is made if it is not there. A last line that was cut off is taken away.

    Raises:
        OSError: It cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        size = os.fstat(self._file).st_size
        os.ftruncate(self._file, _end_of_last_line(self._file, size))

    def records(self) -> Iterator[dict[str, Any]]:
        """All records, oldest first.

        Raises:
            ConfigError: A line is no record.
        """
        with self._path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                record: Any = None
                with suppress(ValueError):
                    record = json.loads(line)
                if not isinstance(record, dict):
                    raise ConfigError(f"{self._path}: line {number} is damaged.")
                yield record

    def append(self, record: dict[str, Any], *, durable: bool = False) -> None:
        """Add a record; ``durable`` if it must outlive a power cut.

        Raises:
            OSError: The disk is full, or gone; the file ends with a whole record.
        """
        line = as_line(record)
        before = os.fstat(self._file).st_size
        try:
            while line:
                line = line[os.write(self._file, line) :]
            if durable:
                os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, before)
            raise

    def sync(self) -> None:
        """Have all of it outlive a power cut."""
        os.fsync(self._file)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def as_line(record: Mapping[str, Any]) -> bytes:
    """A record as a line; half characters, which some texts have, stay escaped."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _end_of_last_line(file: int, size: int) -> int:
    """How many bytes there are up to the last line break."""
    end = size
    while end > 0:
        start = max(0, end - 65536)
        os.lseek(file, start, os.SEEK_SET)
        piece = os.read(file, end - start)
        if (found := piece.rfind(b"\n")) >= 0:
            return start + found + 1
        end = start
    return 0
