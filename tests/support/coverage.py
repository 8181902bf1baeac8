"""Keeps Slipcover, which measures coverage, from failing beside other threads."""

import sys

from slipcover.slipcover import Slipcover


def let_slipcover_look_at_copies() -> None:
    """Have it go through copies of namespaces, which other threads may be changing.

    Before Python 3.12 it takes its probes out of functions in whichever thread has just
    run one, and its RuntimeError would end that thread's work (its own FIXME, 1.1.0).
    """
    if sys.version_info >= (3, 12):
        return
    find_functions = Slipcover.find_functions
    Slipcover.find_functions = staticmethod(
        lambda items, visited: find_functions(list(items), visited)
    )
