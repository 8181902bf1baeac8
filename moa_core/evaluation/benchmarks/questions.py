"""Reads a user's own questions: JSON lines, a JSON list, CSV, or plain text."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from moa_core.errors import ConfigError
from moa_core.evaluation.benchmarks.records import (
    LONGEST_SHOWN,
    Record,
    RecordForm,
    decoded,
    records,
)
from moa_core.evaluation.judging import KINDS
from moa_core.text import one_line

_DELIMITERS: Final = ",;\t"
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LONGEST_ID: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FileQuestion:
    """A question of a file.

    Attributes:
        id: As the file has it, or ``line-12``.
        kind: One of ``KINDS``, or ``""``.
        line: Where it begins, from 1.
    """

    id: str
    question: str
    kind: str = ""
    line: int


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The questions of a file, in its order.

    Attributes:
        duplicates: Lines of questions that were left out, as the same one comes again
            below: the same words, whatever their case and spaces.
    """

    questions: tuple[FileQuestion, ...]
    duplicates: tuple[int, ...] = ()


class _QuestionForm(RecordForm):
    question: str
    id: Any = None
    kind: str | None = None


def read_questions(data: bytes, name: str) -> QuestionFile:
    """Read a file of questions.

    Args:
        data: The file.
        name: Its name; the ending says what it is, else the first character does.

    Raises:
        ConfigError: Something in it cannot be used; names the line and the field.
    """
    text = decoded(data).replace("\r\n", "\n")
    found: Iterable[FileQuestion]
    match PurePath(name.lower()).suffix:
        case ".csv" | ".tsv":
            found = _of_table(text)
        case ".json" | ".jsonl" | ".ndjson":
            found = map(_of_record, records(text))
        case ".txt" | ".md":
            found = _of_paragraphs(text)
        case _ if text.lstrip()[0] in "[{":
            found = map(_of_record, records(text))
        case _:
            found = _of_paragraphs(text)
    questions = [*found]
    _check_ids(questions)
    return _newest(questions)


def same_words(question: str) -> str:
    """What two questions have in common that are the same one."""
    return " ".join(question.lower().split())


def _of_record(record: Record) -> FileQuestion:
    form: _QuestionForm = record.read(_QuestionForm)
    return _checked(record, form)


def _of_table(text: str) -> Iterator[FileQuestion]:
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        columns = [name.strip().lower() for name in next(reader)]
        if "question" not in columns:
            raise ConfigError("line 1, question: the table has no column of that name.")
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield _of_row(Record(line, cells), columns, cells)
    except csv.Error as error:
        raise ConfigError(f"line {before + 1}: not CSV: {error}.") from None


def _of_row(record: Record, columns: list[str], cells: list[str]) -> FileQuestion:
    if len(cells) > len(columns):
        more = f"{len(cells)} cells, and the table has {len(columns)} columns"
        raise record.refusal(f"{columns[-1]}: {more}.")
    row = dict(zip(columns, cells, strict=False))
    fields = {name: row.get(name) or None for name in ("id", "kind")}
    return _checked(record, _QuestionForm(question=row.get("question", ""), **fields))


def _of_paragraphs(text: str) -> Iterator[FileQuestion]:
    line, place = 1, 0
    for gap in [*_PARAGRAPHS.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if question := text[place:end].strip():
            yield FileQuestion(id=f"line-{line}", question=question, line=line)
        stop = gap.end() if gap else end
        line, place = line + text.count("\n", place, stop), stop


def _checked(record: Record, form: _QuestionForm) -> FileQuestion:
    question, kind = form.question.strip(), (form.kind or "").strip().lower()
    if not question:
        raise record.refusal("question: it is empty.")
    if "\0" in question:
        raise record.refusal("question: it contains a character that cannot be stored.")
    if kind and kind not in KINDS:
        shown = one_line(kind, LONGEST_SHOWN)
        raise record.refusal(f"kind: “{shown}” is none of: {', '.join(KINDS)}.")
    if not isinstance(form.id, str | int | None) or isinstance(form.id, bool):
        raise record.refusal("id: expected a text or a whole number.")
    name = f"line-{record.line}" if form.id is None else str(form.id).strip()
    if not name or len(name) > _LONGEST_ID or not name.isprintable():
        raise record.refusal(f"id: it must have 1 to {_LONGEST_ID} visible characters.")
    return FileQuestion(id=name, question=question, kind=kind, line=record.line)


def _check_ids(questions: list[FileQuestion]) -> None:
    seen: dict[str, FileQuestion] = {}
    for each in questions:
        before = seen.setdefault(each.id, each)
        if same_words(before.question) != same_words(each.question):
            shown = one_line(each.id, LONGEST_SHOWN)
            raise ConfigError(
                f"line {each.line}, id: “{shown}” is also the id of another question, "
                f"in line {before.line}."
            )


def _newest(questions: list[FileQuestion]) -> QuestionFile:
    if not questions:
        raise ConfigError("file: there is no question in it.")
    last = {same_words(each.question): each for each in questions}
    kept = {id(each) for each in last.values()}
    return QuestionFile(
        tuple(each for each in questions if id(each) in kept),
        tuple(each.line for each in questions if id(each) not in kept),
    )
