"""Keeps Slipcover, which measures coverage, from failing and from costing much."""

import sys

from slipcover import pytest_plugin
from slipcover.slipcover import Slipcover

HITS = 2_000
"""How often a line is run before the probes of all lines that have run are taken out.

With Slipcover's own 50 it goes through all functions too often, 0.08 seconds each time
(ADR 55); a probe that stays takes less than a tenth of a microsecond a run.
"""


def have_slipcover_keep_probes_longer() -> None:
    """Set ``HITS`` for what this worker imports from now on: there is no option."""
    if (measuring := pytest_plugin._slipcover_instance) is not None:
        measuring.d_miss_threshold = HITS


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


def let_workers_tell_what_nobody_ran() -> None:
    """Keep the process that starts workers from reading all modules at the very end.

    It has run none of them, and each worker adds those that it did not import: what is
    left are five seconds in which the other cores have nothing to do.
    """
    Slipcover._add_unseen_source_files = lambda *_: None
