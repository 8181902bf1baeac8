"""Drops what a server says twice: reasoning in two places, an answer once more."""


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


def rest_of(said: str, whole: str) -> str | None:
    """What ``whole`` says beyond ``said``; ``None`` if it is another text."""
    if whole.startswith(said):
        return whole[len(said) :]
    start, all_said = whole.lstrip(), said.strip()
    if start.startswith(all_said):
        return start[len(all_said) :]
    return "" if all_said.startswith(start.rstrip()) else None
