"""Reads what a file of prompts has: JSON lines, a table or text, mistakes included."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from moa_core.errors import ConfigError
from moa_core.mixture import parse_strict
from moa_core.openai_wire import MOST_BYTES, OF_WRITER

MOST_FILE_BYTES: Final = 1 << 30
_URLS: Final = ("/v1/chat/completions", "/chat/completions")
_IDS: Final = ("custom_id", "id")
_DELIMITERS: Final = ",;\t"
_LONGEST_ID: Final = 500
_NO_UTF8: Final = "not UTF-8 text."
_KEEPING_BYTES: Final = "surrogateescape"
"""Bytes that are no UTF-8 stand as half characters, so that each line tells of its."""


@dataclass(frozen=True, slots=True)
class Given:
    """A row as the file has it."""

    line: int
    custom_id: str | None
    body: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)


Found: TypeAlias = Given | ConfigError
"""A row, or what is wrong with its line."""


def given_in(path: Path) -> Iterator[Found]:
    """What a file has, row by row, in its order.

    Args:
        path: JSON lines, CSV or TSV, or plain text with a prompt on each line; the
            ending says which, else the first character does.

    Raises:
        ConfigError: It cannot be read.
    """
    text = _text_of(path)
    match path.suffix.lower():
        case ".csv" | ".tsv":
            return _of_table(text)
        case ".jsonl" | ".ndjson" | ".json":
            return _of_lines(text, _of_json)
        case ".txt" | ".md":
            return _of_lines(text, _of_prompt)
        case _:
            is_json = text.lstrip().startswith("{")
            return _of_lines(text, _of_json if is_json else _of_prompt)


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}.") from None
    if len(data) > MOST_FILE_BYTES:
        raise ConfigError(f"{path.name}: larger than {MOST_FILE_BYTES >> 30} GB.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ConfigError(f"{path.name}: it is UTF-16. Save it as UTF-8.")
    return data.removeprefix(codecs.BOM_UTF8).decode(errors=_KEEPING_BYTES)


def _of_lines(text: str, read: Callable[[int, str], Given]) -> Iterator[Found]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                if not _is_utf8(line):
                    raise _refusal(number, _NO_UTF8)
                yield read(number, line)
            except ConfigError as error:
                yield error


def _of_prompt(number: int, line: str) -> Given:
    return Given(number, None, _asking(line.strip()))


def _asking(prompt: object) -> dict[str, Any]:
    """A request of one prompt: a text, or messages."""
    if isinstance(prompt, list):
        return {"messages": prompt}
    return {"messages": [{"role": "user", "content": prompt}]}


def _of_json(number: int, line: str) -> Given:
    try:
        value = parse_strict(line, MOST_BYTES)
    except ConfigError as error:
        said = str(error).removeprefix("file: ").removeprefix("line 1, ")
        raise _refusal(number, said) from None
    if not isinstance(value, dict):
        raise _refusal(number, "expected an object in braces.")
    fields: dict[str, Any] = dict(value)
    name = _id_of(fields, number)
    if "body" in fields:
        body = fields["body"]
        if not isinstance(body, dict):
            raise _refusal(number, "'body' must be an object.")
        _check_address(fields, number)
        own = body.get("metadata")
        return Given(number, name, body, own if isinstance(own, dict) else {})
    if "messages" in fields:
        own = fields.get("metadata")
        return Given(number, name, fields, own if isinstance(own, dict) else {})
    if isinstance(fields.get("prompt"), str | list):
        return _of_fields(number, name, fields.pop("prompt"), fields)
    raise _refusal(number, "it has no 'body', 'messages' or 'prompt'.")


def _of_fields(
    number: int, name: str | None, prompt: object, fields: Mapping[str, Any]
) -> Given:
    """A prompt; what sets how it is answered goes with the request."""
    settings = {key: fields[key] for key in fields if key in OF_WRITER}
    metadata = {key: fields[key] for key in fields if key not in OF_WRITER}
    return Given(number, name, {**_asking(prompt), **settings}, metadata)


def _id_of(fields: dict[str, Any], number: int) -> str | None:
    """Take the id out of a row; ``None`` where it has none."""
    name = next((fields.pop(each) for each in _IDS if each in fields), None)
    if name is None:
        return None
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise _refusal(number, "'custom_id' must be a text or a whole number.")
    text = str(name)
    if not text.strip() or len(text) > _LONGEST_ID:
        raise _refusal(number, f"'custom_id' must have 1 to {_LONGEST_ID} characters.")
    return text


def _check_address(fields: Mapping[str, Any], number: int) -> None:
    if fields.get("method", "POST") != "POST":
        raise _refusal(number, "'method' must be POST.")
    if fields.get("url", _URLS[0]) not in _URLS:
        raise _refusal(number, f"'url' must be {_URLS[0]}.")


def _of_table(text: str) -> Iterator[Found]:
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    cells_of = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [name.strip() for name in next(cells_of, [])]
    lower = [name.lower() for name in columns]
    if "prompt" not in lower:
        yield ConfigError("line 1: the table has no column 'prompt'.")
        return
    if not _is_utf8(*columns):
        yield _refusal(1, _NO_UTF8)
    before = cells_of.line_num
    try:
        for cells in cells_of:
            number, before = before + 1, cells_of.line_num
            if any(cell.strip() for cell in cells):
                good = _is_utf8(*cells)
                yield (
                    _of_cells(number, columns, cells)
                    if good
                    else _refusal(number, _NO_UTF8)
                )
    except csv.Error as error:
        yield ConfigError(f"line {before + 1}: not CSV: {error}.")


def _of_cells(number: int, columns: list[str], cells: list[str]) -> Found:
    if len(cells) > len(columns):
        return _refusal(
            number, f"{len(cells)} cells, and the table has {len(columns)} columns."
        )
    fields: dict[str, Any] = {}
    prompt = ""
    for column, cell in zip(columns, cells, strict=False):
        if column.lower() == "prompt":
            prompt = cell
        elif column.lower() in OF_WRITER:
            fields[column.lower()] = _setting(cell)
        elif column.lower() not in _IDS or cell.strip():
            name = column.lower() if column.lower() in _IDS else column
            fields[name] = cell
    if not prompt.strip():
        return _refusal(number, "the prompt is empty.")
    try:
        custom_id = _id_of(fields, number)
    except ConfigError as error:
        return error
    return _of_fields(number, custom_id, prompt, fields)


def _setting(cell: str) -> object:
    """A setting of the writer as a table has it: a number, JSON or a word, or none."""
    with suppress(ValueError):
        return json.loads(cell)
    return cell.strip() or None


def _is_utf8(*texts: str) -> bool:
    """Whether all bytes were; see ``_KEEPING_BYTES``."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refusal(number: int, what: str) -> ConfigError:
    return ConfigError(f"line {number}: {what}")
