"""Keeps texts readable: whole characters, and none that consist of blanks only."""

import codecs
import unicodedata

_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that are blank."""


def is_blank(text: str) -> bool:
    """Whether nothing of ``text`` can be seen: white space, zero-width characters."""
    return all(
        character in _FILLERS or unicodedata.category(character)[0] in "ZCM"
        for character in text
    )


class WholeCharacters:
    """Cuts one text into pieces that end in a whole character.

    JSON may escape a character beyond U+FFFF as two halves, one in each piece.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")
        self._is_whole = True

    def of(self, piece: str) -> str:
        """``piece`` with the half that was held back, without one that ends it."""
        if self._is_whole and piece.isascii():
            return piece
        text = self._decoder.decode(piece.encode("utf-16-le", "surrogatepass"))
        self._is_whole = not self._decoder.getstate()[0]
        return text

    def end(self) -> str:
        """A half that waited in vain, as the sign for what cannot be read."""
        return self._decoder.decode(b"", final=True)
