"""Tells what a file is by its bytes, and finds who can read it.

Its name and what a browser says of it are of no consequence. A file that is two things
at once is refused: what is checked as the one would be opened as the other.
"""

import struct
from collections.abc import Callable
from importlib import import_module
from typing import Final, TypeAlias, cast

from moa_core.attachments.what_was_read import WhatWasRead
from moa_core.errors import AttachmentError

Reader: TypeAlias = Callable[[bytes], WhatWasRead]

_ARCHIVE: Final = b"PK\x03\x04"
_READERS: Final = (
    (b"\x89PNG\r\n\x1a\n", "images.reading", "read_png"),
    (b"\xff\xd8\xff", "images.reading", "read_jpeg"),
    (b"GIF87a", "images.reading", "read_gif"),
    (b"GIF89a", "images.reading", "read_gif"),
    (b"%PDF-", "documents.pdf", "read_pdf"),
    (_ARCHIVE, "documents.packages", "read_package"),
)
"""How a file begins, and the module and function that read it."""

_SAVE_IMAGE: Final = "Save it as PNG or JPEG, and attach that."
_SAVE_DOCUMENT: Final = "Save it as PDF, .docx, .xlsx or .pptx, and attach that."
_UNPACK: Final = "Unpack it, and attach the files that you ask about."
_NO_PROGRAM: Final = "Attach its source code, or a text about it."
_NO_SOUND: Final = "Attach a transcript as text, or pictures of it."
_REFUSED: Final = (
    (b"BM", 2, "a BMP image", _SAVE_IMAGE),
    (b"II*\x00", 0, "a TIFF or raw image", _SAVE_IMAGE),
    (b"MM\x00*", 0, "a TIFF or raw image", _SAVE_IMAGE),
    (b"\x00\x00\x01\x00", 0, "an icon", _SAVE_IMAGE),
    (b"8BPS", 0, "a Photoshop image", _SAVE_IMAGE),
    (b"\xff\x0a", 0, "a JPEG XL image", _SAVE_IMAGE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0,
     "an Office file of the old kind, or one that needs a password", _SAVE_DOCUMENT),
    (b"{\\rtf", 0, "a rich text file", _SAVE_DOCUMENT),
    (b"%!PS", 0, "a PostScript file", _SAVE_DOCUMENT),
    (b"PK\x05\x06", 0, "an empty archive", _UNPACK),
    (b"PK\x07\x08", 0, "an archive in pieces", _UNPACK),
    (b"\x1f\x8b", 0, "a packed file", _UNPACK),
    (b"BZh", 0, "a packed file", _UNPACK),
    (b"\xfd7zXZ\x00", 0, "a packed file", _UNPACK),
    (b"\x28\xb5\x2f\xfd", 0, "a packed file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", 0, "an archive", _UNPACK),
    (b"Rar!\x1a\x07", 0, "an archive", _UNPACK),
    (b"\x7fELF", 0, "a program", _NO_PROGRAM),
    (b"MZ", 64, "a program", _NO_PROGRAM),
    (b"\xcf\xfa\xed\xfe", 0, "a program", _NO_PROGRAM),
    (b"\xca\xfe\xba\xbe", 0, "a program", _NO_PROGRAM),
    (b"\x00asm", 0, "a program", _NO_PROGRAM),
    (b"SQLite format 3\x00", 0, "a database", "Export what you ask about as CSV."),
    (b"ID3", 0, "sound", _NO_SOUND),
    (b"OggS", 0, "sound", _NO_SOUND),
    (b"fLaC", 0, "sound", _NO_SOUND),
    (b"\x1aE\xdf\xa3", 0, "a video", _NO_SOUND),
)  # fmt: skip
"""How others begin, how many bytes they have at least, what they are, what to do."""

_BOXES: Final = {
    b"heic": ("a HEIC photo", _SAVE_IMAGE),
    b"heix": ("a HEIC photo", _SAVE_IMAGE),
    b"mif1": ("a HEIC photo", _SAVE_IMAGE),
    b"msf1": ("a HEIC photo", _SAVE_IMAGE),
    b"avif": ("an AVIF image", _SAVE_IMAGE),
}
"""What files are whose first box is ``ftyp``, by their brand; others are videos."""

_LOOKED_AT: Final = 1024
"""Bytes in which other programs look for the beginning of a PDF or a page."""


def reader_for(data: bytes) -> Reader:
    """Who can read a file.

    Args:
        data: All of it, not empty.

    Raises:
        AttachmentError: Nobody can, or it is two kinds of files at once.
    """
    for begins, module, name in _READERS:
        if data.startswith(begins):
            _refuse_two_at_once(data, begins)
            return _load(module, name)
    if data.startswith(b"RIFF"):
        if data[8:12] != b"WEBP":
            raise _cannot_be_read("sound or a video", _NO_SOUND)
        _refuse_two_at_once(data, b"RIFF")
        return _load("images.reading", "read_webp")
    _refuse_others(data)
    return _load("documents.plain_text", "read_text")


def _load(module: str, name: str) -> Reader:
    return cast(Reader, getattr(import_module(f"moa_core.attachments.{module}"), name))


def _refuse_others(data: bytes) -> None:
    for begins, least, what, advice in _REFUSED:
        if data.startswith(begins) and len(data) >= least and not _is_text(data, least):
            raise _cannot_be_read(what, advice)
    if data[4:8] == b"ftyp":
        raise _cannot_be_read(*_BOXES.get(data[8:12], ("a video", _NO_SOUND)))
    if b"%PDF-" in data[:_LOOKED_AT]:
        raise _two_at_once("a PDF", "something else")


def _is_text(data: bytes, least: int) -> bool:
    """Whether what begins with two letters only is a text that begins so."""
    return bool(least) and b"\x00" not in data[:_LOOKED_AT]


def _refuse_two_at_once(data: bytes, begins: bytes) -> None:
    head = data[:_LOOKED_AT].lower()
    if begins != _ARCHIVE and _ends_as_archive(data):
        raise _two_at_once("an archive", "something else")
    if begins != b"%PDF-" and b"%pdf-" in head:
        raise _two_at_once("a PDF", "something else")
    if any(tag in head for tag in (b"<html", b"<!doctype html", b"<script", b"<svg")):
        raise _two_at_once("a web page", "something else")


def _ends_as_archive(data: bytes) -> bool:
    """Whether an archive's directory ends exactly where the file ends."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or len(data) - at < 22:
        return False
    comment = cast(int, struct.unpack_from("<H", data, at + 20)[0])
    return at + 22 + comment == len(data)


def _two_at_once(one: str, other: str) -> AttachmentError:
    return AttachmentError(
        f"It is {one} and {other} at once, as files are that hide something.",
        "Open it where it comes from, save it anew, and attach that.",
    )


def _cannot_be_read(what: str, advice: str) -> AttachmentError:
    return AttachmentError(f"It is {what}, which cannot be attached.", advice)
