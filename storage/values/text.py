"""Text that every database can hold: no NUL, no half of a surrogate pair."""

import re
import secrets
from typing import Any

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


def clean_json(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """``clean``, for every text and every name in JSON values."""
    match value:
        case str():
            return clean(value)
        case list():
            return [clean_json(each) for each in value]
        case dict():
            return {clean(name): clean_json(each) for name, each in value.items()}
        case _:
            return value


def clean_or_none(text: str | None) -> str | None:
    """``clean``, where there is a text."""
    return None if text is None else clean(text)


def new_uid() -> str:
    """128 random bits, as 32 hexadecimal digits."""
    return secrets.token_hex(16)


LONGEST = 60
UNTITLED = "New chat"


_STAND_IN = re.compile(
    r"\[an? (?P<kind>image|file) that you cannot (?:see|read)\]"
    r"|\[image \"(?P<name>[^\"\n]*)\" \(\d+x\d+\): cannot be shown\]"
)
"""What models that cannot see read in the place of an image or a file."""


def title_of(question: str) -> str:
    """The beginning of ``question``, about 60 characters; of a file alone its name."""
    line = " ".join(_STAND_IN.sub(" ", question).split())
    if not line and (shown := _STAND_IN.search(question)):
        line = shown["name"] or shown["kind"].capitalize()
    if len(line) <= LONGEST:
        return line or UNTITLED
    cut = line[:LONGEST].rpartition(" ")[0]
    if len(cut) < LONGEST // 2:
        cut = line[: LONGEST - 1]
    return f"{cut.rstrip(' ,;:.')}…"
