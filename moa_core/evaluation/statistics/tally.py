"""Counts outcomes: wins, ties and losses, their win rate and its interval."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from moa_core.evaluation.statistics.interval import ALPHA, Counts, mean_interval

WON, TIED, LOST = 1.0, 0.5, 0.0
"""The three outcomes of a comparison, for the answer that is evaluated."""


@dataclass(frozen=True, slots=True)
class WinRate:
    """A win rate with its interval, 0..1, and how many outcomes it rests on.

    Attributes:
        rate: ``None`` without outcomes: unknown, and not zero.
    """

    rate: float | None
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the evaluated answer won, tied and lost."""

    wins: int = 0
    ties: int = 0
    losses: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[float]) -> Self:
        """Count outcomes, each 0, 1/2 or 1."""
        counts = Counter(outcomes)
        return cls(counts[WON], counts[TIED], counts[LOST])

    @property
    def n(self) -> int:
        """How many outcomes there are."""
        return self.wins + self.ties + self.losses

    @property
    def counts(self) -> Counts:
        """How often each outcome came."""
        return {WON: self.wins, TIED: self.ties, LOST: self.losses}

    @property
    def rate(self) -> float | None:
        """Wins and half the ties of all, 0..1; ``None`` without outcomes."""
        return (self.wins + self.ties / 2) / self.n if self.n else None

    def win_rate(self, alpha: float = ALPHA) -> WinRate:
        """The rate with the interval that is right at every look."""
        return WinRate(self.rate, *mean_interval(self.counts, alpha), self.n)
