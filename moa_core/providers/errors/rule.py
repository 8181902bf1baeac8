"""One rule of the table that tells refusals apart, and how its words are written.

Words are regular expressions, one a line, in which a blank also stands for ``_``,
``-`` or nothing, as codes are spelt, ``~`` for up to 60 characters of a sentence, and
``MODEL`` for the word with the name that follows it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from moa_core.providers.errors.kinds import KindName

_SHORT: Mapping[str, str] = {
    " ": "[ _-]?",
    "~": r"(?:(?!\. )[^\n]){0,60}?",
    "MODEL": r"""model[\s:'"`]*[\w./:@-]*['"`]?,?""",
}


class Expressions:
    """Any of the expressions in ``lines``; compiled when first looked for.

    Compiling all of them takes longer than the rest of an import, and most processes
    never meet a refusal.
    """

    def __init__(self, lines: str) -> None:
        self._lines = lines

    def search(self, words: str) -> re.Match[str] | None:
        """The first place in ``words`` that one of them fits."""
        return self._pattern.search(words)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        lines = map(str.strip, self._lines.splitlines())
        meant = "|".join(line for line in lines if line)
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
    words: Expressions
    only: Collection[int | None] = ()
    unless: Expressions | None = None
    beside: Expressions | None = None

    def holds(self, status: int | None, words: str) -> bool:
        """Whether ``words``, in lower case, are about it."""
        return bool(
            (not self.only or status in self.only)
            and self.words.search(words)
            and not (self.unless and self.unless.search(words))
            and (self.beside is None or self.beside.search(words))
        )
