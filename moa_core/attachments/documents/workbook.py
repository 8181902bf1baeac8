"""Extracts the cells of Excel workbooks, a table of comma-separated values a sheet."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from python_calamine import CalamineWorkbook

from moa_core.attachments.documents.text import kept_text, refuse_too_much_text
from moa_core.attachments.limits import MOST_PAGES
from moa_core.attachments.what_was_read import WhatWasRead
from moa_core.errors import AttachmentError

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_workbook(data: bytes) -> WhatWasRead:
    """Read an .xlsx file: values as they were computed last, no formulas.

    Raises:
        AttachmentError: It has too many sheets, no text, or too much.
    """
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = workbook.sheet_names
    if len(names) > MOST_PAGES:
        raise AttachmentError(
            f"It has {len(names):,} sheets; a workbook may have {MOST_PAGES}.",
            "Save the sheets that you ask about as a workbook of their own.",
        )
    written = io.StringIO()
    for name in names:
        written.write(f"[Sheet {name}]\n")
        _write(workbook.get_sheet_by_name(name).iter_rows(), written)
        written.write("\n")
    return WhatWasRead(
        media_type=_TYPE, pages=len(names), text=kept_text(written.getvalue())
    )


def _write(rows: Iterable[list[Any]], written: io.StringIO) -> None:
    writer = csv.writer(written, lineterminator="\n")
    for row in rows:
        while row and row[-1] == "":
            row.pop()
        if row:
            writer.writerow(map(_cell, row))
            refuse_too_much_text(written.tell())


def _cell(value: object) -> str:
    """As Excel shows it, about: whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
