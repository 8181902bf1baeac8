"""Reads the window of a call from its notes, the only place where 0007 kept it."""

import re
from collections.abc import Sequence

_NOTE = re.compile(r"shortened to fit its window of ([\d,]{1,15}) tokens")


def noted_window(notes: Sequence[str]) -> int | None:
    """The window that a prompt was shortened to fit, in tokens, if it was."""
    found = _NOTE.search(" ".join(notes))
    return int(found[1].replace(",", "")) if found else None
