"""Decides what is shown of an answer that is written in several requests.

What was shown stays. So a request that is cut in the middle of a sentence shows that
sentence only if it is the first one it wrote, which is shown as it is written; every
later one is shown once it has ended, and one that never ended is written anew.
"""

import re
from dataclasses import dataclass
from typing import Final

_END: Final = re.compile(
    r"[.!?…][\"'»”’)\]*_`]*(?=\s)|[。！？][」』）”]*|(?<=\S)(?=\n)"
)
_LAST_WORD: Final = re.compile(r"\S+\Z")
_LEAST_ECHO: Final = 12
"""Characters; what is shorter may well be meant."""


def sentence_end(text: str, *, last: bool = False) -> int:
    """Where the first sentence of ``text`` ends, or the last one that does; 0 if none.

    A mark ends a sentence once something follows that cannot belong to it.
    """
    ends = [match.end() for match in _END.finditer(text)]
    return (ends[-1] if last else ends[0]) if ends else 0


@dataclass(slots=True)
class Seam:
    """The text of one answer, and what is still held back of it.

    Attributes:
        shown: The answer so far, without whitespace at its end.
        in_turns: Whether each request begins a turn of its own, with a whole word.
    """

    shown: str = ""
    in_turns: bool = False
    _space: str = ""  # behind what is shown
    _written: str = ""  # by the request
    _until: int = 0  # so much of that is shown
    _growing: bool = False
    _opened: bool = False  # whether it is known how the request begins
    _first: bool = True  # whether its first sentence has not ended

    def begin(self, *, growing: bool) -> None:
        """Begin a request.

        Args:
            growing: Whether it may be cut, to go on from there.
        """
        self._growing = growing
        self._written, self._until = "", 0
        self._opened, self._first = False, True

    def write(self, piece: str) -> str:
        """Take what was written; return what of it is shown now."""
        self._written += piece
        if not (self._opened or self._open()):
            return ""
        if not self._growing:
            return self._show(len(self._written))
        if self._first and not sentence_end(self._written):
            return self._show(self._words())
        self._first = False
        return self._show(sentence_end(self._written, last=True))

    def end(self, *, cut: bool) -> str:
        """End a request; return what is shown of what was held back.

        Args:
            cut: Whether a limit ended it.
        """
        if not self._opened:
            return ""
        if cut and self._growing:
            left = self._written[self._until :]
            self._space = left[: len(left) - len(left.lstrip())] or self._space
            return ""
        return self._show(len(self._written))

    def _open(self) -> bool:
        """Look how the request begins: with what is there, or with something new."""
        body = self._written.lstrip()
        for echo in self._echoes():
            if echo.startswith(body.rstrip()):
                return False  # it may yet be one
            if body.startswith(echo):
                self._written = body.removeprefix(echo)
                body = self._written.lstrip()
                break
        if not body:
            return False
        if own := self._written[: len(self._written) - len(body)]:
            self._space = self._space if "\n" in self._space else own
        elif self.in_turns:
            self._space = self._space or " "
        if not self.shown:
            self._space = ""
        self._written, self._opened = body, True
        return True

    def _echoes(self) -> list[str]:
        """What a model sends once more before it goes on: all, or a last sentence."""
        last = self.shown[sentence_end(self.shown, last=True) :].strip()
        return [echo for echo in (self.shown, last) if len(echo) >= _LEAST_ECHO]

    def _words(self) -> int:
        """How far whole words go, where a request cannot end within one."""
        word = _LAST_WORD.search(self._written) if self.in_turns else None
        return word.start() if word else len(self._written)

    def _show(self, until: int) -> str:
        if until <= self._until:
            return ""
        whole = self._space + self._written[self._until : until]
        self._until = until
        bare = whole.rstrip()
        self._space = whole[len(bare) :]
        self.shown += bare
        return bare


@dataclass(slots=True)
class OneWord:
    """Holds a text back while it may still be that word alone.

    Attributes:
        word: In capitals.
        held: What is held back.
    """

    word: str
    held: str = ""
    _text: bool = False

    def write(self, piece: str) -> str:
        """Take what was written; return what is certainly no part of the word."""
        self.held += piece
        said = self.held.strip(" \n\t*_`\"'.!<>")
        if not self._text and self.word.startswith(said):
            return ""
        self._text = True
        text, self.held = self.held, ""
        return text

    @property
    def said(self) -> bool:
        """Whether the word is all that was written."""
        return self.held.strip(" \n\t*_`\"'.!<>") == self.word
