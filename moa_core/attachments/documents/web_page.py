"""Makes web pages Markdown: what one sees of them, without scripts and styles."""

import re
from typing import Final

from bs4 import BeautifulSoup, Comment
from markdownify import MarkdownConverter

from moa_core.attachments.documents.text import kept_text
from moa_core.attachments.what_was_read import WhatWasRead

_UNSEEN: Final = (
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg",
    "head", "link", "meta", "input", "button", "select", "canvas", "audio", "video",
)  # fmt: skip
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_MARKUP: Final = re.compile(r"\A\s*<")


def read_page(text: str) -> WhatWasRead:
    """Read a web page; it is kept as what was read, never as it came.

    Raises:
        AttachmentError: It has no text, or too much.
    """
    kept = kept_text(markdown_of(text))
    if _MARKUP.match(kept):  # or it would be taken for a page again
        kept = "\\" + kept.lstrip()
    return WhatWasRead(
        media_type="text/markdown", text=kept, keeps=False, body=kept.encode()
    )


def markdown_of(page: str) -> str:
    """The text of HTML, with headings, lists, tables and links to the web."""
    soup = BeautifulSoup(page, "html.parser")
    for element in soup.find_all(_UNSEEN):
        element.decompose()
    for comment in soup.find_all(string=lambda each: isinstance(each, Comment)):
        comment.extract()
    for link in soup.find_all("a"):
        if not str(link.get("href", "")).startswith(("http://", "https://", "mailto:")):
            link.unwrap()
    for image in soup.find_all("img"):
        image.replace_with(str(image.get("alt", "")))
    converter = MarkdownConverter(
        heading_style="ATX", bullets="-", escape_misc=False,
        escape_underscores=False, escape_asterisks=False,
    )  # fmt: skip
    return _EMPTY_LINES.sub("\n\n", converter.convert_soup(soup)).strip()
