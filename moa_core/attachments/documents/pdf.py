"""Extracts the text of PDFs, page by page, with PDFium: what Chrome shows them with."""

import pypdfium2
from pypdfium2 import raw

from moa_core.attachments.documents.text import kept_text, refuse_too_much_text
from moa_core.attachments.limits import MOST_PAGES
from moa_core.attachments.what_was_read import WhatWasRead
from moa_core.errors import AttachmentError


def read_pdf(data: bytes) -> WhatWasRead:
    """Read a PDF.

    Raises:
        AttachmentError: It needs a password, has too many pages, or no text.
    """
    document = _opened(data)
    count = len(document)
    if count > MOST_PAGES:
        raise AttachmentError(
            f"It has {count:,} pages; a document may have {MOST_PAGES}.",
            "Save the pages that you ask about as a PDF of their own.",
        )
    texts: list[str] = []
    for number in range(count):
        page = document[number].get_textpage()
        refuse_too_much_text(sum(map(len, texts)) + page.count_chars())
        texts.append(page.get_text_bounded().strip())
    nothing = "There is no text in it: its pages are pictures, as a scanner makes them."
    if not any(texts):
        kept_text("", nothing=nothing)
    pages = (f"[Page {at}]\n{text}" for at, text in enumerate(texts, 1))
    return WhatWasRead(
        media_type="application/pdf", pages=count, text=kept_text("\n\n".join(pages))
    )


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code not in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise
    raise AttachmentError(
        "It is encrypted: it opens with a password only.",
        "Open it with its password, print it as a PDF without one, and attach that.",
    )
