"""Text that every database can hold: no NUL, no half of a surrogate pair."""

import re

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """Replace what UTF-8 or a database cannot hold with U+FFFD.

    Two halves of a pair that arrived in separate pieces become the character they mean.
    """
    if not _FORBIDDEN.search(text):
        return text
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\0", REPLACEMENT)


def clean_or_none(text: str | None) -> str | None:
    """``clean``, where there is a text."""
    return None if text is None else clean(text)
