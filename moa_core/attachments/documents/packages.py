"""Opens files of Office, which are archives of XML, after looking for what attacks.

What is in an archive is counted before anything is unpacked, and never unpacked twice.
XML that defines entities is refused: they can grow without end, or read other files.
"""

import io
import zipfile
from collections.abc import Callable
from importlib import import_module
from typing import Final, cast
from xml.parsers import expat

from moa_core.attachments.limits import MB
from moa_core.attachments.what_was_read import WhatWasRead
from moa_core.errors import AttachmentError

_READERS: Final = (
    ("word/document.xml", "word", "read_word"),
    ("xl/workbook.xml", "workbook", "read_workbook"),
    ("ppt/presentation.xml", "slides", "read_slides"),
)
"""A part that tells what it is, and the module and function that read it."""

MOST_ENTRIES: Final = 5_000
MOST_UNPACKED_BYTES: Final = 200 * MB
_MOST_TIMES: Final = 200
"""As many times as long as packed may an entry of a megabyte and more be."""


def read_package(data: bytes) -> WhatWasRead:
    """Read a file of Word, Excel or PowerPoint.

    Raises:
        AttachmentError: It is another archive, needs a password, or attacks.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = package.infolist()
        _refuse_bombs(entries)
        names = {each.filename for each in entries}
        for part, module, name in _READERS:
            if part in names and "[Content_Types].xml" in names:
                _refuse_entities(package)
                where = f"moa_core.attachments.documents.{module}"
                read = cast(
                    Callable[[bytes], WhatWasRead], getattr(import_module(where), name)
                )
                return read(data)
    if "mimetype" in names:
        raise AttachmentError(
            "It is an OpenDocument file or an e-book, which cannot be attached.",
            "Save it as PDF, .docx, .xlsx or .pptx, and attach that.",
        )
    raise AttachmentError(
        "It is an archive, which cannot be attached.",
        "Unpack it, and attach the files that you ask about.",
    )


def _refuse_bombs(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(each.file_size for each in entries)
    swollen = any(
        each.file_size > MB and each.file_size > _MOST_TIMES * each.compress_size
        for each in entries
    )
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED_BYTES or swollen:
        raise AttachmentError(
            f"Unpacked it would have {unpacked / MB:,.0f} MB in {len(entries):,} "
            "files, far more than a document has.",
            "Open it where it comes from, save it anew, and attach that.",
        )
    if any(each.flag_bits & 1 for each in entries):
        raise AttachmentError(
            "It is encrypted: it opens with a password only.",
            "Save it without a password, and attach that.",
        )


def _refuse_entities(package: zipfile.ZipFile) -> None:
    for name in package.namelist():
        if name.endswith((".xml", ".rels", ".vml")):
            with package.open(name) as part:
                _refuse_doctype(part.read)


class _RootReachedError(Exception):
    """What comes from here on can define nothing."""


def _refuse_doctype(read: Callable[[int], bytes]) -> None:
    def refuse(*_: object) -> None:
        raise AttachmentError(
            "It defines XML entities, which no Office program does.",
            "Open it where it comes from, save it anew, and attach that.",
        )

    def stop(*_: object) -> None:
        raise _RootReachedError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        while piece := read(8_192):
            parser.Parse(piece)
    except _RootReachedError:
        return
