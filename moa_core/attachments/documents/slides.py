"""Extracts the texts of PowerPoint slides, in their order, with the speaker's notes.

The library for it has had no release for years (docs/adr/0067), and what is needed is
in few elements: slides are listed in one part, and their texts are paragraphs of runs.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from moa_core.attachments.documents.text import kept_text
from moa_core.attachments.limits import MOST_PAGES
from moa_core.attachments.what_was_read import WhatWasRead
from moa_core.errors import AttachmentError

_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE: Final = (
    "{http://schemas.openxmlformats.org/presentationml/2006/main}sldIdLst/"
    "{http://schemas.openxmlformats.org/presentationml/2006/main}sldId"
)
_RELATION: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
)


def read_slides(data: bytes) -> WhatWasRead:
    """Read a .pptx file.

    Raises:
        AttachmentError: It has too many slides, no text, or too much.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        slides = list(_slides(package))
        if len(slides) > MOST_PAGES:
            raise AttachmentError(
                f"It has {len(slides):,} slides; a presentation may have {MOST_PAGES}.",
                "Save the slides that you ask about as a presentation of their own.",
            )
        texts = [_slide(package, name) for name in slides]
    numbered = (f"[Slide {at}]\n{text}" for at, text in enumerate(texts, 1))
    text = kept_text("\n\n".join(numbered) if any(texts) else "")
    return WhatWasRead(media_type=_TYPE, pages=len(slides), text=text)


def _slides(package: zipfile.ZipFile) -> Iterator[str]:
    """The parts of slides, in their order."""
    part = "ppt/presentation.xml"
    targets = {each_id: target for each_id, _, target in _relations(package, part)}
    for slide in _xml(package, part).iterfind(_SLIDE):
        yield targets[slide.attrib[_RELATION]]


def _slide(package: zipfile.ZipFile, name: str) -> str:
    lines = list(_paragraphs(package, name))
    for _, kind, target in _relations(package, name):
        if kind.endswith("/notesSlide"):
            lines += ["Notes:", *_paragraphs(package, target)]
    return "\n".join(lines)


def _paragraphs(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    for paragraph in _xml(package, name).iter(f"{_DRAWING}p"):
        runs = paragraph.iter(f"{_DRAWING}t")
        if text := "".join(run.text or "" for run in runs).strip():
            yield text


def _relations(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """What a part refers to inside the file: id, kind and name of the other part."""
    folder, name = posixpath.split(part)
    where = f"{folder}/_rels/{name}.rels"
    if where not in package.namelist():
        return
    for each in _xml(package, where):
        if each.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, each.attrib["Target"]))
            yield each.attrib["Id"], each.attrib["Type"], target.lstrip("/")


def _xml(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with package.open(name) as part:  # has no entities: ``packages`` has looked
        return ElementTree.parse(part).getroot()  # noqa: S314
