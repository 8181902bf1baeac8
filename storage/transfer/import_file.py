"""Reads an export line by line, and refuses what is none, or not a whole one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
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

_ORDER: Final = {section.name: place for place, section in enumerate(SECTIONS)}
_OPENS, _CLOSES = b'"records":[\n', b"],"


@dataclass(frozen=True, slots=True)
class Line:
    """A record, not looked at yet.

    Attributes:
        number: Of its line, or of the record where a file has other lines.
        record: Its fields.
    """

    number: int
    section: str
    record: dict[str, Any]


@dataclass(slots=True)
class ImportFile:
    """An export that is being read.

    Args:
        name: As messages name it.
        file: Its bytes, at their beginning.

    Attributes:
        number: Of the line that was read last.
        schema: The newest migration that its writer knew; ``""`` before reading.
    """

    name: str
    file: BinaryIO
    number: int = 0
    schema: str = ""
    _counted: Counter[str] = field(default_factory=Counter)

    def lines(self) -> Iterator[Line]:
        """Every record, in the order of the sections.

        Raises:
            ImportRefusedError: It is no export, newer, damaged or cut off.
        """
        first = self._next()
        if first.endswith(_OPENS):
            head = self._parsed(first[: -len(_OPENS)].rstrip(b",") + b"}")
            read = self._by_line()
        else:
            head, read = self._at_once(first)
        self._check_head(head)
        last = 0
        for section, record in read:
            if section not in _ORDER:
                raise self.refused("it is no record that we know")
            if _ORDER[section] < last:
                raise self.refused(f"{section} stand too late in the file")
            last = _ORDER[section]
            self._counted[section] += 1
            yield Line(self.number, section, record)

    def refused(self, why: str) -> ImportRefusedError:
        """What to raise when something is wrong with the line that was read last."""
        return ImportRefusedError(self.name, f"line {self.number}: {why}")

    def _by_line(self) -> Iterator[tuple[str, dict[str, Any]]]:
        while not (line := self._next()).startswith(_CLOSES):
            if line.strip():
                yield self._record(self._parsed(line.rstrip().removesuffix(b",")))
        tail = self._parsed(b"{" + line[len(_CLOSES) :])
        if self.file.read(1):
            raise self.refused("something follows the end of the export")
        self._check_tail(tail)

    def _at_once(
        self, first: bytes
    ) -> tuple[object, Iterator[tuple[str, dict[str, Any]]]]:
        """A file that some other program has formatted anew."""
        rest = self.file.read(LARGEST_AT_ONCE - len(first) + 1)
        if len(first) + len(rest) > LARGEST_AT_ONCE:
            raise self.refused(
                "it is no export as Polyphony writes them, and too large to be read "
                "otherwise"
            )
        whole = self._parsed(first + rest)
        if not isinstance(whole, dict) or not isinstance(whole.get("records"), list):
            raise ImportRefusedError(self.name, "it is no export of Polyphony")
        self.number = 0
        return whole, self._items(whole)

    def _items(self, whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for item in whole["records"]:
            self.number += 1
            yield self._record(item)
        self._check_tail(whole)

    def _record(self, item: object) -> tuple[str, dict[str, Any]]:
        if not isinstance(item, dict) or not isinstance(item.get("record"), str):
            raise self.refused("this is no record")
        if getattr(item, "twice", None) is not None:
            raise self.refused("a field stands twice")
        fields = dict(item)
        return fields.pop("record"), fields

    def _check_head(self, head: object) -> None:
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise ImportRefusedError(self.name, "it is no export of Polyphony")
        version, schema = head.get("version"), head.get("schema")
        if not (isinstance(version, int) and isinstance(schema, str)) or not (
            schema.isascii() and schema.isdecimal()
        ):
            raise self.refused("it does not say which version wrote it")
        if version > VERSION or int(schema) > int(SCHEMA):
            raise ImportRefusedError(
                self.name, "a newer version of Polyphony wrote it; update this one"
            )
        self.schema = schema

    def _check_tail(self, tail: object) -> None:
        counts = tail.get("counts") if isinstance(tail, dict) else None
        if not isinstance(counts, dict) or any(
            type(n) is not int for n in counts.values()
        ):
            raise self.refused("its end does not say how many records there are")
        if +Counter(counts) != self._counted or not counts.keys() <= BY_NAME.keys():
            raise self.refused("records are missing, or there are too many")

    def _parsed(self, line: bytes) -> object:
        try:
            return parse_strict(line, LARGEST_AT_ONCE)
        except ConfigError as error:
            raise self.refused(_without_line(str(error))) from None

    def _next(self) -> bytes:
        """The next line.

        Raises:
            ImportRefusedError: There is none, or it is too long.
        """
        self.number += 1
        line = self.file.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise self.refused("it is too long")
        if not line:
            empty = self.number == 1
            raise self.refused("the file is empty" if empty else "the file breaks off")
        return line


def _without_line(message: str) -> str:
    """The place in the line is enough: its number is known better here."""
    return message.removeprefix("line 1, ").removesuffix(".")
