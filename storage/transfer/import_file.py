"""Reads an export line by line, and refuses what is none, or not a whole one."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from moa_core.errors import ConfigError
from moa_core.mixture import parse_strict
from storage.errors import ImportRefusedError
from storage.transfer.export import FORMAT, SCHEMA, VERSION
from storage.transfer.export_sections import BY_NAME, SECTIONS

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes. The longest that we write is one answer of a model."""

LARGEST_AT_ONCE: Final = 64 * 1024 * 1024
"""Bytes of a file that was formatted anew, so that it must be read as a whole."""

_KINDS_OF_FILE: Final = {
    b"\x1f\x8b": "it is compressed; unpack it first",
    b"PK\x03\x04": "it is compressed; unpack it first",
    b"SQLite format 3\0": "it is a database; a backup is put back by restore",
}
"""What other files that end up here begin with, and what to do with them."""

_ORDER: Final = {section.name: place for place, section in enumerate(SECTIONS)}
_SCHEMA: Final = re.compile(r"[0-9]{4}")
_OPENS, _CLOSES = b'"records":[\n', b"],"


@dataclass(slots=True)
class ImportFile:
    """An export that is being read.

    Args:
        name: As messages name it.
        file: Its bytes, at their beginning.

    Attributes:
        number: Of the line that was read last, or of the record in a file that another
            program has formatted anew.
        size: Bytes of that line; 0 for such a record.
        schema: The newest migration that its writer knew; ``""`` before reading.
    """

    name: str
    file: BinaryIO
    number: int = 0
    size: int = 0
    schema: str = ""
    _tail: object = None

    def records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The name of every record with its fields, in the order of the sections.

        Raises:
            ImportRefusedError: It is no export, newer, damaged or cut off.
        """
        first = self._next_line()
        self._refuse_other_files(first)
        if first.endswith(_OPENS):
            self._check_head(self._parse(first[: -len(_OPENS)].rstrip(b",") + b"}"))
            items = self._items_by_line()
        else:
            items = self._items_at_once(first)
        counts: Counter[str] = Counter()
        last = 0
        for item in items:
            if not isinstance(item, dict) or not isinstance(item.get("record"), str):
                raise self.refused("this is no record")
            if getattr(item, "twice", None) is not None:
                raise self.refused("a field stands twice")
            fields = dict(item)
            section = fields.pop("record")
            if section not in _ORDER:
                raise self.refused("it is no record that we know")
            if _ORDER[section] < last:
                raise self.refused(f"{section} stand too late in the file")
            last = _ORDER[section]
            counts[section] += 1
            yield section, fields
        self._check_counts(counts)

    def refused(self, why: str) -> ImportRefusedError:
        """What to raise when something is wrong with the line that was read last."""
        return ImportRefusedError(self.name, f"line {self.number}: {why}")

    def _refuse_other_files(self, first: bytes) -> None:
        for start, what in _KINDS_OF_FILE.items():
            if first.startswith(start):
                raise ImportRefusedError(self.name, what)

    def _items_by_line(self) -> Iterator[object]:
        while not (line := self._next_line()).startswith(_CLOSES):
            if line.strip():
                yield self._parse(line.rstrip().removesuffix(b","))
        self._tail = self._parse(b"{" + line[len(_CLOSES) :])
        if self.file.read(1):
            raise self.refused("something follows the end of the export")

    def _items_at_once(self, first: bytes) -> Iterator[object]:
        """Those of a file that some other program has formatted anew."""
        rest = self.file.read(LARGEST_AT_ONCE - len(first) + 1)
        if len(first) + len(rest) > LARGEST_AT_ONCE:
            raise self.refused(
                "it is no export as Polyphony writes them, and too large to be read "
                "otherwise"
            )
        whole = self._parse(first + rest)
        if not isinstance(whole, dict) or not isinstance(whole.get("records"), list):
            raise ImportRefusedError(self.name, "it is no export of Polyphony")
        self.number = self.size = 0
        self._check_head(whole)
        self._tail = whole
        for item in whole["records"]:
            self.number += 1
            yield item

    def _check_head(self, head: object) -> None:
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise ImportRefusedError(self.name, "it is no export of Polyphony")
        version, schema = head.get("version"), head.get("schema")
        if (
            type(version) is not int
            or version < 1
            or not isinstance(schema, str)
            or not _SCHEMA.fullmatch(schema)
        ):
            raise self.refused("it does not say which version wrote it")
        if version > VERSION or schema > SCHEMA:
            raise ImportRefusedError(
                self.name, "a newer version of Polyphony wrote it; update this one"
            )
        self.schema = schema

    def _check_counts(self, read: Counter[str]) -> None:
        counts = self._tail.get("counts") if isinstance(self._tail, dict) else None
        if not isinstance(counts, dict) or any(
            type(n) is not int for n in counts.values()
        ):
            raise self.refused("its end does not say how many records there are")
        if +Counter(counts) != read or not counts.keys() <= BY_NAME.keys():
            raise self.refused("records are missing, or there are too many")

    def _parse(self, line: bytes) -> object:
        try:
            return parse_strict(line, LARGEST_AT_ONCE)
        except ConfigError as error:
            # the place in the line is enough: its number is known better here
            reason = str(error).removeprefix("line 1, ").removeprefix("file: ")
            raise self.refused(reason) from None

    def _next_line(self) -> bytes:
        """The next line; raises if there is none, or it is too long."""
        self.number += 1
        line = self.file.readline(LONGEST_LINE + 1)
        self.size = len(line)
        if len(line) > LONGEST_LINE:
            raise self.refused("it is too long")
        if not line:
            empty = self.number == 1
            raise self.refused("the file is empty" if empty else "the file breaks off")
        return line
