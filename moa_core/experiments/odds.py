"""Says how often a number of questions is enough to tell."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Odds:
    """Of 100 experiments, so many have found what is true by then.

    Attributes:
        questions: After so many questions, looked at after each of them.
        helps_at_60: "Helps", if mixing wins 60 %; ``helps_at_70`` if it wins 70 %.
        does_not: "Does not", if there is no difference and 60 % would be worth it.
    """

    questions: int
    helps_at_60: int
    helps_at_70: int
    does_not: int


_SIMULATED: Final = (
    Odds(50, 15, 79, 21),
    Odds(100, 32, 98, 45),
    Odds(200, 71, 100, 78),
    Odds(400, 97, 100, 97),
)
"""5,000 experiments each, with 30 % ties (docs/adr/0040-evidence.md)."""


def odds_of(questions: int) -> Odds | None:
    """The odds after at most so many questions; ``None`` if they are too few to say."""
    known = [odds for odds in _SIMULATED if odds.questions <= questions]
    return known[-1] if known else None
