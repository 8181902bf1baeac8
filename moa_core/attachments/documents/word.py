"""Extracts the text of Word documents, with headings, lists and tables as Markdown."""

import io

import mammoth

from moa_core.attachments.documents.text import kept_text
from moa_core.attachments.documents.web_page import markdown_of
from moa_core.attachments.what_was_read import WhatWasRead

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read_word(data: bytes) -> WhatWasRead:
    """Read a .docx file.

    Raises:
        AttachmentError: It has no text, or too much.
    """
    page = mammoth.convert_to_html(
        io.BytesIO(data),
        convert_image=mammoth.images.img_element(lambda _image: {"src": ""}),
        external_file_access=False,
    )
    return WhatWasRead(media_type=_TYPE, text=kept_text(markdown_of(page.value)))
