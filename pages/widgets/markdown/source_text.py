"""Brings a text from outside into the form that the browser's parser gets.

Between a text and that parser, characters go that can decide what a line is: a byte
order mark, NUL, carriage returns, blanks around the whole. Whatever judges a text must
see it without them, or it judges another text than the one that is drawn.
"""

import re
from textwrap import dedent
from typing import Final

_LINE_BREAK: Final = re.compile(r"\r\n?")
_BLANK: Final = re.compile(r"[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_NOT_SHOWN: Final = re.compile(
    r"[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\ufff9-\ufffb]"
)
_NO_CHARACTER: Final = re.compile(r"[\x00\ud800-\udfff]")


def without_controls(text: str) -> str:
    """Return ``text`` with line feeds as its only line ends, and no control characters.

    What separates lines elsewhere becomes a blank, and what is no character at all
    the replacement character; the rest goes. Tabs stay.
    """
    text = _LINE_BREAK.sub("\n", text)
    text = _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", _BLANK.sub(" ", text))
    return _NOT_SHOWN.sub("", text)


def as_parsed(text: str) -> str:
    """Return what the browser's parser gets of ``text``: Streamlit dedents and strips.

    Doing it twice changes nothing more.
    """
    text = without_controls(text)
    return (dedent(text) if text[:1].isspace() else text).strip()
