"""Knows whether the program is about to end, and lets nobody begin anything then."""

import threading
from typing import Final

CLOSING: Final = threading.Event()


def shutting_down() -> bool:
    """Whether the program is about to end."""
    return CLOSING.is_set()


def refuse_requests() -> None:
    """Begin nothing more. Safe in the handler of a signal."""
    CLOSING.set()
