"""Puts marks behind the sentences of a text from outside, and leaves it whole.

A mark goes into the raw text as one private character, which means nothing to Markdown
or to the sanitiser; it becomes what the reader sees when the text is safe. So what is
sanitised is the text as it will be parsed, and no mark can end or begin anything in it:
each begins with a space and ends with a word joiner.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

Kind = Literal["prose", "heading", "row", "code"]
"""What a sentence stands in; as ``moa_core.similarity.sentences`` has it."""

_FIRST: Final = 0x100000  # plane 16: for private use, and nobody uses it
_LAST: Final = 0x10FFFD
_PLACE: Final = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_WORD_JOINER: Final = "\u2060"

# A dollar sign that is none of a formula has been escaped by now.
_FORMULA: Final = re.compile(
    r"(?<!\\)(?:\$\$(?:(?!\n\n)[^$])+\$\$|\$(?:\\.|[^$\\\n])+\$)"
)
_DISPLAY_END: Final = re.compile(r"(?:\$\$|\\\])\s*\Z")
_LAST_BAR: Final = re.compile(r"(?<!\\)\|\s*\Z")


def marker_position(text: str, start: int, end: int, kind: Kind) -> int | None:
    """Where the mark of the sentence ``text[start:end]`` can stand; ``None``: nowhere.

    Code and formulas on lines of their own stay as they are. In a table the mark
    stands inside the last cell.
    """
    sentence = text[start:end]
    if kind == "code" or _DISPLAY_END.search(sentence):
        return None
    if kind == "row" and (bar := _LAST_BAR.search(sentence)):
        return start + len(sentence[: bar.start()].rstrip())
    return end


def insert_markers(text: str, places: Mapping[int, int]) -> str:
    """Put a private character for each mark into ``text``.

    Args:
        text: From outside; what it has of these characters is replaced.
        places: Offsets in ``text``, each with the number of its mark, from 0.
    """
    clean = _PLACE.sub("\N{REPLACEMENT CHARACTER}", text)
    parts, start = [], 0
    for place, number in sorted(places.items()):
        parts += [clean[start:place], chr(_FIRST + number)]
        start = place
    return "".join([*parts, clean[start:]])


def show_markers(markdown: str, marks: Mapping[int, str]) -> str:
    """Turn the private characters of safe Markdown into marks; formulas have none.

    Args:
        markdown: What became of :func:`with_places` in the sanitiser.
        marks: Markdown of our own, by number.
    """
    plain = _FORMULA.sub(lambda formula: remove_markers(formula[0]), markdown)
    return _PLACE.sub(lambda place: _shown(marks.get(ord(place[0]) - _FIRST)), plain)


def remove_markers(text: str) -> str:
    """Take the private characters out again."""
    return _PLACE.sub("", text)


def _shown(mark: str | None) -> str:
    return f" {mark}{_WORD_JOINER}" if mark else ""
