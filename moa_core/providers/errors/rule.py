"""One rule of the table that tells refusals apart, and how its words are written.

Words are regular expressions, one a line, in which a blank also stands for ``_``,
``-`` or nothing, as codes are spelt, ``~`` for up to 60 characters of a sentence, and
``MODEL`` for the word with the name that follows it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from moa_core.providers.errors.kinds import KindName

_SHORT: Mapping[str, str] = {
    " ": "[ _-]?",
    "~": r"(?:(?!\. )[^\n]){0,60}?",
    "MODEL": r"""model[\s:'"`]*[\w./:@-]*['"`]?,?""",
}


def any_of(lines: str) -> re.Pattern[str]:
    """Any of the expressions in ``lines``."""
    meant = "|".join(line.strip() for line in lines.splitlines() if line.strip())
    for short, full in _SHORT.items():
        meant = meant.replace(short, full)
    return re.compile(meant, re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Words that tell a kind.

    Attributes:
        only: The statuses with which they are believed; ``None`` is no status.
        unless: Words beside which they mean something else.
        beside: Words without which they mean something else.
    """

    kind: KindName
    words: re.Pattern[str]
    only: Collection[int | None] = ()
    unless: re.Pattern[str] | None = None
    beside: re.Pattern[str] | None = None

    def holds(self, status: int | None, words: str) -> bool:
        """Whether ``words``, in lower case, are about it."""
        return bool(
            (not self.only or status in self.only)
            and self.words.search(words)
            and not (self.unless and self.unless.search(words))
            and (self.beside is None or self.beside.search(words))
        )
