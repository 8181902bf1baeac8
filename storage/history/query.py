"""Parses a search query: words, "phrases" and the beginning of a last word.

Whatever is typed means something: marks part words, case and accents do not matter.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from moa_core.unspaced_scripts import UNSPACED
from storage.values import clean

LONGEST_QUERY = 400
MOST_PHRASES = 16
SURELY_BEGINS = 4
"""A last word of so many letters may go on; of a shorter one, too many words would."""

MAY_BEGIN = 3
"""A last word of so many may, where nothing has it as it is; a shorter one never."""

MARK: Final = "\u0300"
"""What every combining mark is folded to."""

_CHUNK: Final = re.compile(r'"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+)')
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_TOKEN: Final = re.compile(rf"(?P<unspaced>[{UNSPACED}]+)|(?:(?![{UNSPACED}])[^\W_])+")


class _Folding(dict[int, int]):
    """Each character's plain form, one for one, worked out when it first occurs."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        lower = unicodedata.normalize("NFD", character.lower())
        marks = all(unicodedata.combining(mark) for mark in lower[1:])
        if unicodedata.combining(character):
            folded = ord(MARK)
        else:
            folded = ord(lower[0]) if marks else code
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold_text(text: str) -> str:
    """``text`` without case and accents, every character where it was."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


@dataclass(frozen=True)
class Words:
    """What is looked for; a text has it if it has all of it.

    Attributes:
        phrases: Words that stand side by side, folded; most phrases are one word.
        parts: Pieces of scripts without spaces, which may stand anywhere.
        goes_on: Whether the last word of the last phrase may be a beginning.
    """

    phrases: tuple[tuple[str, ...], ...]
    parts: tuple[str, ...]
    goes_on: bool

    def __bool__(self) -> bool:
        return bool(self.phrases or self.parts)

    @property
    def surely_goes_on(self) -> bool:
        """Whether words that only begin so count from the first."""
        return self.goes_on and len(self.phrases[-1][-1]) >= SURELY_BEGINS

    def for_sqlite(self, *, beginning: bool) -> str:
        """As FTS5 reads it."""
        quoted = [f'"{" ".join(phrase)}"' for phrase in self.phrases]
        return " ".join(quoted) + ("*" if beginning else "")

    def for_postgresql(self, *, beginning: bool) -> str:
        """As ``to_tsquery`` reads it."""
        quoted = [
            "(" + " <-> ".join(f"'{word}'" for word in phrase) + ")"
            for phrase in self.phrases
        ]
        if beginning:
            quoted[-1] = quoted[-1].removesuffix(")") + ":*)"
        return " & ".join(quoted)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds them in a folded text."""
        return re.compile("|".join(self._patterns(beginning=self.goes_on)))

    def are_in(self, text: str, *, beginning: bool) -> bool:
        """Whether a short text has all of them, as an index would find it."""
        folded = fold_text(text)
        return all(
            re.search(each, folded) for each in self._patterns(beginning=beginning)
        )

    def _patterns(self, *, beginning: bool) -> list[str]:
        """One for each phrase and part."""
        phrases = []
        for phrase in self.phrases:
            words = [f"{MARK}*".join(map(re.escape, w)) + f"{MARK}*" for w in phrase]
            phrases.append(r"(?<![^\W_])" + rf"[\W_]+{MARK}*".join(words))
        ends = [r"(?![^\W_])"] * len(phrases)
        if beginning and ends:
            ends[-1] = r"[^\W_]*"
        whole = [phrase + end for phrase, end in zip(phrases, ends, strict=True)]
        return [*whole, *map(re.escape, map(fold_text, self.parts))]


def parse(query: str) -> Words:
    """Make sense of whatever was typed."""
    phrases: list[tuple[str, ...]] = []
    parts: list[str] = []
    goes_on = False
    for chunk in _CHUNK.finditer(clean(query)[:LONGEST_QUERY]):
        words, unspaced = _tokens(chunk["quoted"] or chunk["bare"] or "")
        parts += unspaced
        if words:
            phrases.append(words)
            goes_on = chunk["quoted"] is None and not unspaced
        elif unspaced:
            goes_on = False
    unique = tuple(dict.fromkeys(phrases))[-MOST_PHRASES:]
    goes_on = goes_on and unique[-1] == phrases[-1] and len(unique[-1][-1]) >= MAY_BEGIN
    return Words(unique, tuple(dict.fromkeys(parts))[-MOST_PHRASES:], goes_on)


def _tokens(chunk: str) -> tuple[tuple[str, ...], list[str]]:
    words, unspaced = [], []
    for token in _TOKEN.finditer(_ACCENTS.sub("", unicodedata.normalize("NFC", chunk))):
        if token["unspaced"]:
            unspaced.append(token[0])
        else:
            words.append(fold_text(token[0]))
    return tuple(words), unspaced
