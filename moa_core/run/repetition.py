"""Notices a text that repeats itself on and on, as small models do."""

import re
from collections.abc import Sequence
from typing import Final

from moa_core.tokens import estimate_tokens

REPEATED_TOKENS: Final = 400
"""So many tokens that only repeat what stands before them are no answer any more."""

_LONGEST_CHARS = 4000
_PROBE_CHARS = 40
_LEAST_TIMES = 3
_NUMBERING = re.compile(r"(?m)^\W*\d+[.):]\s*")


def repeats_itself(parts: Sequence[str]) -> bool:
    """Whether the last ``REPEATED_TOKENS`` of a text, given in pieces, are a loop.

    They are when they have a period that fits in at least three times; numbers at the
    start of lines may grow. Takes up to 7 ms: ask once a second, not each piece.
    """
    end = "".join(parts[-_LONGEST_CHARS:])[-_LONGEST_CHARS:]
    text = _NUMBERING.sub("", end)
    if (period := _period(text)) is None:
        return False
    start = len(text) - period
    while start > 0 and text[start - 1] == text[start - 1 + period]:
        start -= 1
    repeated = text[start:]
    enough = len(repeated) >= period * _LEAST_TIMES
    return enough and estimate_tokens(repeated) >= REPEATED_TOKENS


def _period(text: str) -> int | None:
    """After how many characters the end of ``text`` came before, if it did."""
    probe = text[-_PROBE_CHARS:]
    before = text.rfind(probe, 0, len(text) - 1)
    if before < 0 or not probe.strip():
        return None
    return len(text) - len(probe) - before
