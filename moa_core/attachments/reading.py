"""Makes a part of a message of a file that somebody attached."""

from moa_core.attachments.limits import MB, MOST_BYTES
from moa_core.attachments.names import cleaned_name
from moa_core.attachments.reading_process import read_in_process
from moa_core.errors import AttachmentError
from moa_core.messages import DocumentPart, FileContent, FilePart, ImagePart


def read_attachment(name: str, data: bytes) -> FilePart:
    """Check a file by what is in it, and make it what models can get.

    It takes a process and some tenths of a second: never call it on an event loop.

    Args:
        name: What its owner calls it; of no consequence for what it is.
        data: All of it.

    Returns:
        An image without anything but its pixels, or a document with its text.

    Raises:
        AttachmentError: It cannot be attached. The message begins with its name, and
            the advice says what can be done.
    """
    called = cleaned_name(name)
    try:
        return _read(called, data)
    except AttachmentError as error:
        raise AttachmentError(f'"{called}": {error}', error.advice) from None


def _read(called: str, data: bytes) -> FilePart:
    if len(data) > MOST_BYTES:
        raise AttachmentError(
            f"It has {len(data) / MB:.0f} MB; a file may have {MOST_BYTES // MB}.",
            "Attach only the part that you ask about, or a smaller picture.",
        )
    if not data:
        raise AttachmentError(
            "It is empty.", "Look whether it was saved, and try again."
        )
    read = read_in_process(data)
    content = FileContent.of(data if read.keeps else read.body)
    if read.text is None:
        return ImagePart(called, read.media_type, read.width, read.height, content)
    return DocumentPart(called, read.media_type, read.text, read.pages, content)
