"""Turns what others wrote into one line that Streamlit shows letter by letter.

Titles, model names and errors stand in Streamlit's labels and captions, which are
Markdown: there every sign is escaped. Longer texts are drawn by `pages.component`.
"""

import re
from collections.abc import Callable
from typing import Final

_WORD_JOINER: Final = "\u2060"  # invisible; keeps two characters from forming a token


def plain_label(text: str, limit: int = 80) -> str:
    """Return ``text`` as one line that Streamlit shows letter by letter.

    For buttons, expanders, titles, captions, toasts and errors. Control and
    bidirectional-override characters go; more than ``limit`` characters end in "…".
    """
    line = " ".join(_INVISIBLE.sub("", _BREAKS.sub(" ", text[: 20 * limit])).split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    line = _LINKED.sub(lambda match: match[0] + _WORD_JOINER, line)
    return _PUNCTUATION.sub(r"\\\g<0>", line)


def plain_piece(text: str, mark: Callable[[str], str] = str) -> str:
    """A piece of a line as ``plain_label``, marked; blanks at its ends stay."""
    escaped = plain_label(text, limit=len(text) + 1)
    if not escaped:
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return before + mark(escaped) + after


def title_label(title: str, limit: int) -> str:
    """A conversation's title as ``plain_label``; never nothing: one must hit it."""
    return plain_label(title, limit) or "Untitled"


def read_aloud(label: str, about: str) -> str:
    """A button's label, and what tells it from others of the same label.

    Screen readers say it, and nobody sees it (``accessibility.css``).
    """
    return f"{label} :small[:small[{about}]]"


_BREAKS: Final = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
_INVISIBLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# Streamlit makes links, icons, emoji, arrows and its logo of these, after Markdown's
# escapes are gone.
_LINKED: Final = re.compile(
    r"https?:(?=//)|www(?=\.)|:(?=material[/_]|streamlit:|[\w+-]*[A-Za-z1][\w+-]*:)"
    r"|[\w.+-]+(?=@)|(?<!\S)[<>~-](?=(?:->|>|-|=)(?!\S))",
    re.IGNORECASE,
)
_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
