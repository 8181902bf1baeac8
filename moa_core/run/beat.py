"""Sets the beat at which text goes from model servers to pages: 20 times a second.

All loops of a process share a clock. So what reads and what tells of it do so right
after each other: text does not wait half a beat in between, and a processor that sleeps
is woken once for both (docs/adr/0045-the-price-of-waking-up.md).
"""

from typing import Final

BEAT_S: Final = 0.05
"""Seconds from one beat to the next."""

TOLD_S: Final = 0.005
"""How long after a beat pages are told of it: by then it has been read."""

_NOW_S: Final = 0.001  # a timer may fire by a hair too early: that is this beat


def next_beat_s(now_s: float, behind_s: float = 0.0) -> float:
    """Seconds until the next beat, or until so long behind one.

    Args:
        now_s: What the clock of a loop says.
        behind_s: Seconds behind the beat, less than ``BEAT_S``.
    """
    wait_s = BEAT_S - (now_s - behind_s) % BEAT_S
    return wait_s if wait_s > _NOW_S else wait_s + BEAT_S
