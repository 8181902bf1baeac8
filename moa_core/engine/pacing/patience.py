"""Decides how long a layer waits for its last answers: a quorum, then patience.

Once the quorum has answered, everybody is waited for a little (the floor), and after
that whoever will probably end soon (the ceiling). A proposer that has not begun or is
far from its end is not waited for (docs/adr/0051-quorum-and-hedging.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from moa_core.engine.pacing.progress import SeatProgress, foreseen_end_s
from moa_core.mixture import Quorum

WAITS_FOR_ALL: Final = 3
"""With so many voices or fewer nobody is left out: it could be the one that differs."""

LEAST_QUORUM: Final = 2

LEAST_FLOOR_S: Final = 0.5
LEAST_CEILING_S: Final = 2.0
"""Shorter waits than these save nothing that anybody would notice."""

LOOK_S: Final = 0.25
"""How often a proposer is looked at that will probably end soon."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a layer goes on, or in how many seconds that is to be asked again.

    Attributes:
        proceeds: Whether it goes on without those who are open.
        look_in_s: ``None`` where only a further answer can change anything.
        waited_s: Seconds since the quorum had answered; 0 before.
    """

    proceeds: bool
    look_in_s: float | None = None
    waited_s: float = 0.0


_WAITS: Final = Verdict(proceeds=False)


def quorum_of(quorum: Quorum, answered: int, still: int) -> int | None:
    """How many answers are enough; ``None`` while everybody is waited for.

    Args:
        quorum: How patient it is.
        answered: How many have answered.
        still: How many are open.
    """
    voices = answered + still
    needed = max(LEAST_QUORUM, ceil(quorum.share * voices - 1e-9))
    waits = not still or voices <= WAITS_FOR_ALL or answered < needed
    return None if waits else needed


def judge_wait(
    quorum: Quorum, seats: Sequence[SeatProgress], began_s: float, now_s: float
) -> Verdict:
    """Say whether a layer goes on without the proposers that are still open.

    Args:
        quorum: How patient it is.
        seats: All its proposers.
        began_s: When it began, in seconds of the run.
        now_s: Seconds of the run.
    """
    still = [seat for seat in seats if seat.ended_s is None]
    answered = [seat for seat in seats if seat.answered]
    needed = quorum_of(quorum, len(answered), len(still))
    if needed is None:
        return _WAITS
    quorum_s = sorted(seat.ended_s or 0.0 for seat in answered)[needed - 1]
    took_s = quorum_s - began_s
    floor_s = quorum_s + max(LEAST_FLOOR_S, quorum.floor * took_s)
    if now_s < floor_s:
        return Verdict(proceeds=False, look_in_s=floor_s - now_s)
    ceiling_s = quorum_s + max(LEAST_CEILING_S, quorum.ceiling * took_s)
    soon = quorum.by_progress and any(
        foreseen_end_s(seat, answered, now_s) <= ceiling_s for seat in still
    )
    if now_s >= ceiling_s or not soon:
        return Verdict(proceeds=True, waited_s=now_s - quorum_s)
    return Verdict(proceeds=False, look_in_s=min(LOOK_S, ceiling_s - now_s))
