"""Reads files of records: JSON lines, or one JSON list; refusals name the line."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ConfigDict

from moa_core.errors import ConfigError
from moa_core.mixture import StrictForm, parse_strict, read_form, refuse_bombs
from moa_core.text import one_line

MAX_FILE_BYTES: Final = 100 * 1024 * 1024
"""Of a benchmark, of one's own questions or of recorded judgements."""

LONGEST_SHOWN: Final = 60
_BLANK: Final = re.compile(r"[ \t\r\n]*")


class RecordForm(StrictForm):
    """Fields of a record, of exactly the declared types; unknown ones are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class Record:
    """JSON values, and the line of the file where they begin, from 1."""

    line: int
    fields: object

    def read(self, form: type[RecordForm]) -> Any:  # noqa: ANN401 - what the form says
        """The fields as ``form``.

        Raises:
            ConfigError: ``line 3, question: expected a text, got nothing.``
        """
        try:
            return read_form(form, self.fields, whole="record")
        except ConfigError as error:
            raise self.refusal(str(error)) from None

    def refusal(self, what: str) -> ConfigError:
        """An error that begins with the line; ``what`` is the field and a sentence."""
        return ConfigError(f"line {self.line}, {what}")


def decoded(data: bytes) -> str:
    """The text of a file, without a byte order mark.

    Raises:
        ConfigError: It is larger than ``MAX_FILE_BYTES``, not UTF-8, or empty.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ConfigError(f"file: larger than {MAX_FILE_BYTES >> 20} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"line {line}: not UTF-8 text.") from None
    if not text.strip():
        raise ConfigError("file: it is empty.")
    return text


def records(text: str) -> Iterator[Record]:
    """Each record of JSON lines or of one JSON list, with its line.

    Raises:
        ConfigError: A record is no JSON, has a field twice, or is nested too deeply.
    """
    begin = _BLANK.match(text)
    if begin and text.startswith("[", begin.end()):
        yield from _list(text, begin.end() + 1)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _parsed(number, line)


def _list(text: str, place: int) -> Iterator[Record]:
    """The values of a list that begins before ``place``."""
    refuse_bombs(text.encode("utf-8", "surrogatepass"))
    line, counted = 1, 0
    while True:
        place = _after_blanks(text, place)
        line, counted = line + text.count("\n", counted, place), place
        if text.startswith("]", place):
            break
        end = _end_of_value(text, place, line)
        yield _parsed(line, text[place:end])
        place = _after_blanks(text, end)
        if not text.startswith((",", "]"), place):
            line += text.count("\n", counted, place)
            raise ConfigError(f"line {line}: not JSON: expected a comma or a bracket.")
        place += text.startswith(",", place)
    if rest := text[place + 1 :].strip():
        line += text[: len(text) - len(rest)].count("\n", counted)
        raise ConfigError(f"line {line}: something stands behind the list.")


def _after_blanks(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _end_of_value(text: str, place: int, line: int) -> int:
    try:
        return json.JSONDecoder().raw_decode(text, place)[1]
    except json.JSONDecodeError as error:
        line += text.count("\n", place, error.pos)
        raise ConfigError(f"line {line}: not JSON: {error.msg}.") from None
    except ValueError:
        raise ConfigError(f"line {line}: a number in it is too long.") from None


def _parsed(line: int, text: str) -> Record:
    try:
        value = parse_strict(text, MAX_FILE_BYTES)
    except ConfigError as error:
        said = str(error).removeprefix("file: ")
        said = re.sub(r"^line (\d+), column \d+: ", "", said)
        raise ConfigError(f"line {line}: {said}") from None
    twice = getattr(value, "twice", None)
    if twice is not None:
        name = one_line(str(twice), LONGEST_SHOWN)
        raise ConfigError(f"line {line}, {name}: this field stands there twice.")
    return Record(line, value)
