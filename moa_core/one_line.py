"""One safe line out of any text, for names and for messages that repeat them."""

import unicodedata

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that steer a terminal or a page, or are no character at all."""

_JOINERS = "\u200c\u200d"  # join letters of some scripts, and emoji


def one_line(text: str, longest: int) -> str:
    """``text`` on one line, without what nobody can see, cut at ``longest`` characters.

    Cleaning a clean text changes nothing.
    """
    shown = "".join(_shown(character) for character in text[: longest * 8])
    line = " ".join(shown.split()).strip(_JOINERS + " ")
    if len(line) <= longest:
        return line
    return line[: longest - 1].rstrip(_JOINERS + " ") + "…"


def _shown(character: str) -> str:
    unsafe = unicodedata.category(character) in _UNSAFE
    return " " if unsafe and character not in _JOINERS else character
