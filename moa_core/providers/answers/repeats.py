"""Drops what a server says twice: reasoning in two places, an answer once more."""

_VARIED = 8
_MOST_HELD = 16


class OneText:
    """A text that several sources may give in pieces, each of them the whole of it.

    What one source has said is not taken from another again; where their texts differ,
    both are taken.
    """

    def __init__(self) -> None:
        self._first_source = ""
        self._pieces: list[str] = []  # while there is one source
        self._taken: str | None = None
        self._said: dict[str, str] = {}

    def new_in(self, source: str, piece: str) -> str:
        """What of ``piece``, the next one from ``source``, was not said before."""
        if self._taken is None and self._first_source in ("", source):
            self._first_source = source
            self._pieces.append(piece)
            return piece
        return self._new(source, self._so_far(source) + piece, piece)

    def rest_of(self, source: str, whole: str) -> str:
        """What of ``whole``, all that ``source`` has to say, was not said before."""
        self._so_far(source)
        return self._new(source, whole, whole)

    def _so_far(self, source: str) -> str:
        if self._taken is None:
            self._taken = "".join(self._pieces)
            self._said[self._first_source] = self._taken
        return self._said.get(source, "")

    def _new(self, source: str, whole: str, otherwise: str) -> str:
        taken = self._taken or ""
        rest = rest_of(taken, whole)
        new = otherwise if rest is None else rest
        self._said[source], self._taken = whole, taken + new
        return new


class GrowingText:
    """Tells a text in pieces from one whose pieces each repeat all of it so far.

    It grows only if every piece so far starts with the one before, several of them are
    longer, and what they repeat is more than a rule or a syllable: at least eight
    different characters. Until that is clear, pieces are held back; the first that does
    not repeat what came ends the question, and nothing was lost.

    Attributes:
        is_plain: Whether pieces follow one another, as those of most servers do.
    """

    def __init__(self) -> None:
        self.is_plain = False
        self._grows = False
        self._first = self._last = ""
        self._held: list[str] = []
        self._longer = 0  # how many pieces were more than the one before

    def new_in(self, piece: str) -> str:
        """What of ``piece``, the next one, was not said before, as far as is clear."""
        last = self._last
        if self.is_plain or not piece:
            return piece
        if not last:
            self._first = self._last = piece
            return piece
        if not piece.startswith(last):
            self.is_plain = True
            return self._let_go() + piece
        self._last = piece
        if self._grows:
            return piece[len(last) :]
        self._longer += len(piece) > len(last)
        if self._longer > 1 and len(set(last)) >= _VARIED:
            self._grows, self._held = True, []
            return piece[len(self._first) :]
        self._held.append(piece)
        if len(self._held) < _MOST_HELD:
            return ""
        self.is_plain = True
        return self._let_go()

    def end(self) -> str:
        """What was held back, once for all: also a shorter text may have grown."""
        held = self._let_go()
        short = self._longer > 2 and len(set(self._last)) >= _VARIED // 2
        return self._last[len(self._first) :] if held and short else held

    def _let_go(self) -> str:
        held, self._held = self._held, []
        return "".join(held)


def rest_of(said: str, whole: str) -> str | None:
    """What ``whole`` says beyond ``said``; ``None`` if it is another text."""
    if whole.startswith(said):
        return whole[len(said) :]
    start, all_said = whole.lstrip(), said.strip()
    if start.startswith(all_said):
        return start[len(all_said) :]
    return "" if all_said.startswith(start.rstrip()) else None
