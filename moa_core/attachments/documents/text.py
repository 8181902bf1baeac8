"""Makes what was extracted of a document a text that can be kept and sent."""

import re
from typing import Final

from moa_core.attachments.limits import MOST_CHARS
from moa_core.errors import AttachmentError

_UNPRINTED: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
)
_NEW_LINES: Final = re.compile(r"\r\n?")


def kept_text(extracted: str, *, nothing: str = "It has no text in it.") -> str:
    """The text of a document, without what databases and servers cannot keep.

    Args:
        extracted: What was found in it.
        nothing: What to say where that is no text.

    Raises:
        AttachmentError: There is none, or too much of it.
    """
    refuse_too_much_text(len(extracted))
    text = _UNPRINTED.sub("", _NEW_LINES.sub("\n", extracted)).strip("\n")
    if not text.strip():
        raise AttachmentError(
            nothing,
            "Save the pages that you ask about as PNG or JPEG, for models that see.",
        )
    return text


def refuse_too_much_text(chars: int) -> None:
    """See that a text is not too long.

    Raises:
        AttachmentError: It is.
    """
    if chars > MOST_CHARS:
        raise AttachmentError(
            f"It has more than {MOST_CHARS:,} characters of text.",
            "Attach only the part that you ask about.",
        )
