"""Tells a tag that a model set from one that its text is about."""

import re

_FENCES = ("```", "~~~")
_QUOTES = "`\"'“‘«([{<=*_|/\\"
_SENTENCE_ENDS = ".!?…:。！？：)"
_GOES_ON = "`\"'”’».,;:?!)]}|/\\="


class Prose:
    """Where a text stands: in code, and what its last line says so far."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._line = ""
        self._fenced = False

    def add(self, text: str) -> None:
        """Go on with ``text``; it is looked at when somebody asks."""
        self._pieces.append(text)

    @property
    def is_code(self) -> bool:
        """Whether the text stands in code: in a fence or between backticks."""
        self._read()
        return self._fenced or self._line.count("`") % 2 == 1

    def sets_tag(self, after: str, *, opening: bool) -> bool:
        """Whether a tag that follows here is set; in a sentence it is written about.

        Args:
            after: The text after it: up to its first visible character, or all of it.
            opening: An opening tag may not stand right behind a word, as the closing
                one may.
        """
        self._read()
        before = self._line.rstrip(" \t")
        line_after = after.split("\n", 1)[0]
        next_word = line_after.lstrip()[:1]
        if not next_word and not opening:
            return not before.endswith(tuple(_QUOTES))
        goes_on = line_after[:1].isspace() and next_word.islower()
        if not before or before[-1] in _SENTENCE_ENDS:
            return not goes_on
        glued = before == self._line and not line_after[:1].isspace()
        quoted = before[-1] in _QUOTES or next_word in tuple(_GOES_ON)
        quoted = quoted or (before[-1], next_word) == (">", "<")  # <b></think></b>
        return glued and not quoted and not opening

    def _read(self) -> None:
        *lines, self._line = "".join([self._line, *self._pieces]).split("\n")
        self._pieces = []
        for line in lines:
            if line.lstrip().startswith(_FENCES):
                self._fenced = not self._fenced


class Markers:
    """Texts to look for in others, in any case, which may be cut anywhere.

    Args:
        markers: In lower case.
    """

    def __init__(self, *markers: str) -> None:
        self._markers = markers
        self._longest = max(map(len, markers))
        self._start = re.compile(f"[{re.escape(''.join({m[0] for m in markers}))}]")
        self._any = re.compile("|".join(map(re.escape, markers)), re.IGNORECASE)

    def find(self, text: str) -> re.Match[str] | None:
        """The first marker in ``text``."""
        return self._any.search(text)

    def concern(self, text: str) -> bool:
        """Whether a marker is in ``text``, or may begin in it."""
        return bool(self.begun(text) or self.find(text))

    def begun(self, text: str) -> int:
        """How many characters at the end of ``text`` may begin a marker."""
        for found in self._start.finditer(text, max(0, len(text) - self._longest)):
            end = text[found.start() :].lower()
            if any(each.startswith(end) and each != end for each in self._markers):
                return len(text) - found.start()
        return 0
