"""Cleans the name of a file, which may say or hide anything."""

import re
import unicodedata
from typing import Final

LONGEST_NAME: Final = 120
"""Characters of a file's name; its end is kept, for that says what it is."""

_SLASHES: Final = re.compile(r"[/\\]")
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Controls, marks that turn the direction, halves of characters, ends of lines."""


def cleaned_name(name: str) -> str:
    """What a file is called: one line, without folders or what cannot be seen.

    Quotation marks that would end its name where a model reads it become others.
    """
    last = _SLASHES.split(name.rstrip("/\\"))[-1]
    seen = "".join(
        "" if unicodedata.category(each) in _UNSEEN else each for each in last
    )
    line = " ".join(seen.replace('"', "'").replace("`", "'").split())
    if len(line) > LONGEST_NAME:
        half = LONGEST_NAME // 2
        line = f"{line[: half - 1]}…{line[-half:]}"
    return line if line.strip(". ") else "file"
