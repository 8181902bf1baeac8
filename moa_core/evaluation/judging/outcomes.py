"""Turns a judge's readings in both orders into outcomes, and counts its contradictions.

Every pair is read twice, with the evaluated answer shown first and shown second, as
judges like one of the places (Zheng et al. 2023, arXiv:2306.05685, section 3.4).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Choice = Literal["first", "second", "same"]
"""Which of the two answers a judge preferred, by the place where it was shown."""

TURNED: Final[dict[Choice, Choice]] = {
    "first": "second",
    "second": "first",
    "same": "same",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairReading:
    """What one reply of a judge says of two answers.

    Attributes:
        better: ``None`` if the reply could not be read.
        clearly: Whether it calls the difference clear; false if it does not say.
        kind: What kind of question it takes it for, one of ``KINDS``, or ``""``.
        reason: In the judge's words, never cleaned, so untrusted.
    """

    better: Choice | None = None
    clearly: bool = False
    kind: str = ""
    reason: str = ""


def outcome(ours_first: PairReading, ours_second: PairReading) -> float | None:
    """1 if ours won in both orders, 0 if it lost in both, else 1/2.

    One win and one "same" is 1/2, as FastChat has it.

    Returns:
        ``None`` if one of the two could not be read: the pair is left out and counted,
        and never a tie.
    """
    if ours_first.better is None or ours_second.better is None:
        return None
    match ours_first.better, ours_second.better:
        case "first", "second":
            return 1.0
        case "second", "first":
            return 0.0
        case _:
            return 0.5


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How a judge behaves when the order is turned round.

    Attributes:
        pairs: Pairs whose two readings could be read.
        consistent: Pairs of which it said the same in both orders.
        first: Pairs where it preferred the first place in both orders.
        second: The same for the second place.
        unreadable: Pairs with a reading that could not be read.
    """

    pairs: int
    consistent: int
    first: int
    second: int
    unreadable: int

    @property
    def share(self) -> float | None:
        """Consistent ones of all pairs, 0..1; ``None`` without pairs."""
        return self.consistent / self.pairs if self.pairs else None

    @property
    def first_share(self) -> float | None:
        """Of pairs that the place decided, those that the first place won, 0..1."""
        placed = self.first + self.second
        return self.first / placed if placed else None


def steadiness(readings: Iterable[tuple[PairReading, PairReading]]) -> Steadiness:
    """Add up pairs of readings: ours shown first, ours shown second."""
    counts = Counter(map(_behaviour, readings))
    unreadable = counts.pop("unreadable", 0)
    return Steadiness(
        pairs=counts.total(),
        consistent=counts["consistent"],
        first=counts["first"],
        second=counts["second"],
        unreadable=unreadable,
    )


def _behaviour(readings: tuple[PairReading, PairReading]) -> str:
    one, other = (reading.better for reading in readings)
    if one is None or other is None:
        return "unreadable"
    if one == TURNED[other]:
        return "consistent"
    return one if one == other else "wavering"
