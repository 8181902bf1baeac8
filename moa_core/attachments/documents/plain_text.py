"""Reads texts of any encoding: notes, Markdown, tables, code, and web pages."""

import codecs
import re
from typing import Final

from moa_core.attachments.documents.text import kept_text
from moa_core.attachments.what_was_read import WhatWasRead
from moa_core.errors import AttachmentError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BEFORE_ROOT: Final = re.compile(
    r"\A(?:\s|<\?[^>]*\?>|<!--.*?-->|<!doctype\s+(?!html)[^>\[]*(?:\[.*?\]\s*)?>)*",
    re.IGNORECASE | re.DOTALL,
)
_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SVG: Final = re.compile(r"<(?:\w+:)?svg\b", re.IGNORECASE)
_GUESSED_FROM_BYTES: Final = 100_000
"""As much of a text as its encoding is guessed from."""


def read_text(data: bytes) -> WhatWasRead:
    """Read a text; of a web page what one sees of it.

    Raises:
        AttachmentError: It is no text, or a program that draws.
    """
    text = _decoded(data)
    start = _BEFORE_ROOT.match(text[:_GUESSED_FROM_BYTES])
    at = start.end() if start else 0
    if _SVG.match(text, at):
        raise AttachmentError(
            "It is an SVG, which is a program that draws.",
            "Save it as PNG, and attach that.",
        )
    if _PAGE.match(text, at):
        from moa_core.attachments.documents.web_page import read_page

        return read_page(text)
    return WhatWasRead(media_type="text/plain", text=kept_text(text))


def _decoded(data: bytes) -> str:
    marked = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    try:
        text = data.decode(marked[0] if marked else "utf-8")
    except UnicodeDecodeError:
        text = "" if marked else _guessed(data)
    controls = len(
        re.findall(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text[:_GUESSED_FROM_BYTES])
    )
    if not text or "\x00" in text or controls > len(text) / 100:
        raise AttachmentError(
            "It is no image, document or text that we know.",
            "Save it as PNG, JPEG, PDF, .docx, .xlsx, .pptx or text, and attach that.",
        )
    return text


def _guessed(data: bytes) -> str:
    """In the likeliest of other encodings; ``""`` where it looks like no text."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_GUESSED_FROM_BYTES]).best()
    if best is None or b"\x00" in data:
        return ""
    return data.decode(best.encoding, errors="replace")
