"""Reads a file of prompts: every line, and all mistakes, before anything is asked."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig, parse_strict
from moa_core.openai_wire import (
    MOST_BYTES,
    ApiError,
    ApiRequest,
    panel_state,
    read_request,
    writer_alone,
)
from moa_core.text import one_line

MOST_FILE_BYTES: Final = 1 << 30
MODEL: Final = "polyphony"
"""What answers are said to be by where the file names no model."""

_URLS: Final = ("/v1/chat/completions", "/chat/completions")
_IDS: Final = ("custom_id", "id")
_DELIMITERS: Final = ",;\t"
_MOST_TOLD: Final = 5
_LONGEST_ID: Final = 500
_LONGEST_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class RowKey:
    """What names a row: its id, and what it asks of which mixture."""

    custom_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Row:
    """One request of a file.

    Attributes:
        key: What names it, in every file of its batch.
        request: What is asked.
        messages: The conversation as the file has it.
        config: The mixture, with what the request says of whoever writes the answer.
        line: Where it begins in the file, from 1.
        metadata: What else the file says of it; comes back with the answer.
    """

    key: RowKey
    request: ApiRequest
    messages: Sequence[Mapping[str, Any]]
    config: MoAConfig
    line: int
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Given:
    """A row as the file has it."""

    line: int
    custom_id: str | None
    body: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)


_Found: TypeAlias = _Given | ConfigError
"""A row, or what is wrong with its line."""


def read_rows(path: Path, config: MoAConfig) -> tuple[Row, ...]:
    """The rows of a file, each checked as a request to this mixture.

    Args:
        path: JSON lines, CSV or TSV, or plain text with a prompt on each line; the
            ending says which, else the first character does.
        config: The mixture that will be asked.

    Raises:
        ConfigError: It cannot be read, has no row, or some lines cannot be used: it
            names those.
    """
    text = _text_of(path)
    match path.suffix.lower():
        case ".csv" | ".tsv":
            found = _of_table(text)
        case ".jsonl" | ".ndjson" | ".json":
            found = _of_lines(text, _of_json)
        case ".txt" | ".md":
            found = _of_lines(text, _of_prompt)
        case _:
            is_json = text.lstrip().startswith("{")
            found = _of_lines(text, _of_json if is_json else _of_prompt)
    rows, mistakes = _checked(found, config)
    if mistakes:
        shown = " ".join(mistakes[:_MOST_TOLD])
        left = len(mistakes) - _MOST_TOLD
        more = f" And {left:,} more." if left > 0 else ""
        raise ConfigError(f"{path.name}: {shown}{more} Nothing was asked.")
    if not rows:
        raise ConfigError(f"{path.name}: there is no prompt in it.")
    return tuple(rows)


def shard(rows: Iterable[Row], number: int, count: int) -> tuple[Row, ...]:
    """Every ``count``-th row, from the ``number``-th on; both count from 1."""
    return tuple(rows)[number - 1 :: count]


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}.") from None
    if len(data) > MOST_FILE_BYTES:
        raise ConfigError(f"{path.name}: larger than {MOST_FILE_BYTES >> 30} GB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path.name}: line {line}: not UTF-8 text.") from None


def _checked(found: Iterable[_Found], config: MoAConfig) -> tuple[list[Row], list[str]]:
    """The rows that can be asked, and what is wrong with the others."""
    rows: list[Row] = []
    mistakes: list[str] = []
    lines: dict[str, int] = {}
    for each in found:
        if isinstance(each, ConfigError):
            mistakes.append(str(each))
            continue
        name = each.custom_id if each.custom_id is not None else f"line-{each.line}"
        if before := lines.get(name):
            shown = one_line(name, _LONGEST_SHOWN)
            mistakes.append(
                f"line {each.line}: “{shown}” is also the id of line {before}."
            )
            continue
        lines[name] = each.line
        try:
            rows.append(checked_row(name, each.body, config, each.line, each.metadata))
        except ApiError as error:
            mistakes.append(f"line {each.line}: {error}")
    return rows, mistakes


def checked_row(
    custom_id: str,
    body: Mapping[str, Any],
    config: MoAConfig,
    line: int,
    metadata: Mapping[str, Any],
) -> Row:
    """A request as a row of a batch.

    Raises:
        ApiError: It cannot be answered; says why.
    """
    asked = {"model": MODEL, **body, "stream": False}
    request = read_request(asked).for_mixture(config)
    by_all = panel_state(request, known=False) == "asked"
    mixture = config if by_all else writer_alone(config)
    return Row(
        RowKey(custom_id, request.fingerprint(config)),
        request,
        body["messages"],
        request.writer.applied_to(mixture),
        line,
        metadata,
    )


def _of_lines(text: str, read: Callable[[int, str], _Given]) -> Iterator[_Found]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield read(number, line)
            except ConfigError as error:
                yield error


def _of_prompt(number: int, line: str) -> _Given:
    return _Given(number, None, _asking(line.strip()))


def _asking(prompt: object) -> dict[str, Any]:
    """A request of one prompt: a text, or messages."""
    if isinstance(prompt, list):
        return {"messages": prompt}
    return {"messages": [{"role": "user", "content": prompt}]}


def _of_json(number: int, line: str) -> _Given:
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
        return _Given(number, name, body, own if isinstance(own, dict) else {})
    if "messages" in fields:
        own = fields.get("metadata")
        return _Given(number, name, fields, own if isinstance(own, dict) else {})
    if isinstance(fields.get("prompt"), str | list):
        return _Given(number, name, _asking(fields.pop("prompt")), fields)
    raise _refusal(number, "it has no 'body', 'messages' or 'prompt'.")


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


def _of_table(text: str) -> Iterator[_Found]:
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    cells_of = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [name.strip() for name in next(cells_of, [])]
    lower = [name.lower() for name in columns]
    if "prompt" not in lower:
        yield ConfigError("line 1: the table has no column 'prompt'.")
        return
    before = cells_of.line_num
    try:
        for cells in cells_of:
            number, before = before + 1, cells_of.line_num
            if any(cell.strip() for cell in cells):
                yield _of_cells(number, columns, cells)
    except csv.Error as error:
        yield ConfigError(f"line {before + 1}: not CSV: {error}.")


def _of_cells(number: int, columns: list[str], cells: list[str]) -> _Found:
    if len(cells) > len(columns):
        return _refusal(
            number, f"{len(cells)} cells, and the table has {len(columns)} columns."
        )
    fields: dict[str, Any] = {}
    prompt = ""
    for column, cell in zip(columns, cells, strict=False):
        if column.lower() == "prompt":
            prompt = cell
        elif column.lower() not in _IDS or cell.strip():
            name = column.lower() if column.lower() in _IDS else column
            fields[name] = cell
    if not prompt.strip():
        return _refusal(number, "the prompt is empty.")
    try:
        custom_id = _id_of(fields, number)
    except ConfigError as error:
        return error
    return _Given(number, custom_id, _asking(prompt), fields)


def _refusal(number: int, what: str) -> ConfigError:
    return ConfigError(f"line {number}: {what}")
