"""Joins characters that a stream of JSON cut in two.

JSON may write a character beyond the first 65,536 as two halves, and some servers send
each half in a delta of its own. No half may go on: it can be neither sent nor stored.
"""

_FIRST_HALVES = ("\ud800", "\udbff")


class WholeCharacters:
    """The pieces of one text, each ending in a whole character."""

    def __init__(self) -> None:
        self._held = ""

    def of(self, piece: str) -> str:
        """``piece`` with the half that was held back, without one that ends it."""
        if piece.isascii() and not self._held:
            return piece
        text, self._held = self._held + piece, ""
        if text and _FIRST_HALVES[0] <= text[-1] <= _FIRST_HALVES[1]:
            text, self._held = text[:-1], text[-1]
        return _joined(text)

    def end(self) -> str:
        """A half that waited in vain, as the sign for what cannot be read."""
        held, self._held = self._held, ""
        return _joined(held)


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
