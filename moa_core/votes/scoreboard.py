"""Adds votes up: win rates with their intervals, strengths, and the price of a win.

The words are these. A vote is decided when a side won or all tied; ``both_bad`` is a
vote that nobody won, and says nothing about who is better. The win rate is wins and
half the ties over decided votes. (docs/adr/0010-votes-and-scoreboard.md)
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations
from typing import Final, Literal

from moa_core.evaluation import LOST, TIED, WON, Tally, mean_interval
from moa_core.usage import FREE, NANO_USD, Cost
from moa_core.votes.bradley_terry import Wins, bradley_terry, linked
from moa_core.votes.vote import FEWEST_SIDES, Contestant, Verdict, Vote

FEWEST_VOTES: Final = 10
"""Of decided votes a contestant needs as many before its strength is told."""

Outcome = Literal["wins", "losses", "ties", "both_bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the votes say of one contestant.

    Every answer of its that was judged is one of the first four figures; a contestant
    that met itself therefore counts twice in that vote.

    Attributes:
        losses: Votes that another side won.
        both_bad: Votes that nobody won, because no answer was any good.
        cost: Of all its judged answers, those that lost included.
        strength: Bradley-Terry points, 1000 on average; ``None`` if it ``lacks``
            something.
        lacks: What is missing for a strength, in words; ``""`` if nothing is.
    """

    contestant: Contestant
    wins: int = 0
    losses: int = 0
    ties: int = 0
    both_bad: int = 0
    cost: Cost = FREE
    strength: float | None = None
    lacks: str = ""

    @property
    def votes(self) -> int:
        """All of them."""
        return self.decided + self.both_bad

    @property
    def decided(self) -> int:
        """Votes that say who is better, or that nobody is."""
        return self.wins + self.losses + self.ties

    @property
    def win_rate(self) -> float | None:
        """0..1; ``None`` when no vote was decided."""
        return (self.wins + self.ties / 2) / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the win rate is, however often one looks; ``None`` without one.

        Of 20 scoreboards that are watched for ever, at most one ever misses it.
        """
        if not self.decided:
            return None
        return mean_interval(Tally(self.wins, self.ties, self.losses).counts)

    @property
    def price_of_a_win(self) -> Cost | None:
        """All that it has cost, for each win; ``None`` as long as there is no win."""
        if not self.wins:
            return None
        usd = (self.cost.usd / Decimal(self.wins)).quantize(NANO_USD)
        return Cost(usd, self.cost.unknown_calls)


def score_contestants(votes: Iterable[Vote]) -> tuple[Score, ...]:
    """Add votes up.

    Returns:
        A score for each contestant, the surest winners first: in the order of the
        lower ends of their intervals.
    """
    votes = sorted(votes, key=lambda vote: vote.at)
    outcomes: dict[Contestant, Counter[Outcome]] = defaultdict(Counter)
    costs: dict[Contestant, Cost] = defaultdict(lambda: FREE)
    names: dict[Contestant, Contestant] = {}
    for vote in votes:
        for position, side in enumerate(vote.sides):
            by_verdict: dict[Verdict, Outcome] = {
                "won": "wins" if vote.winner == position else "losses",
                "tie": "ties",
                "both_bad": "both_bad",
            }
            outcomes[side.contestant][by_verdict[vote.verdict]] += 1
            costs[side.contestant] += side.cost
            names[side.contestant] = side.contestant  # the newest name stays
    scores = [
        Score(
            contestant=names[each],
            wins=counts["wins"],
            losses=counts["losses"],
            ties=counts["ties"],
            both_bad=counts["both_bad"],
            cost=costs[each],
        )
        for each, counts in outcomes.items()
    ]
    return tuple(sorted(_with_strengths(scores, votes), key=_surest_first))


def mix_tally(votes: Iterable[Vote]) -> Tally:
    """How often the mixture's answer won against the best of its proposals.

    Only votes of that kind count. "Neither" is a tie here: mixing did not help.
    """
    outcomes: list[float] = []
    for vote in votes:
        if vote.kind == "mix":
            won = None if vote.winner is None else vote.sides[vote.winner]
            mixed = won is not None and bool(won.contestant.config.layers)
            outcomes.append(TIED if won is None else WON if mixed else LOST)
    return Tally.of(outcomes)


def _surest_first(score: Score) -> tuple[float, float, int, str, str]:
    lowest, _ = score.interval or (-1.0, -1.0)
    named = score.contestant
    return -lowest, -(score.win_rate or 0.0), -score.votes, named.name, named.key


def _with_strengths(scores: Sequence[Score], votes: Sequence[Vote]) -> list[Score]:
    """Tell each contestant's strength, or what it lacks to have one."""
    numbers = {score.contestant: number for number, score in enumerate(scores)}
    wins = _pairwise(votes, numbers)
    groups = linked(range(len(scores)), wins)

    def size(group: set[int]) -> tuple[int, int]:
        return len(group), sum(scores[number].decided for number in group)

    group = sorted(max(groups, key=size, default=()))
    points = _points([scores[number].decided for number in group], group, wins)
    return [
        _scored(score, number in group, points.get(number))
        for number, score in enumerate(scores)
    ]


def _scored(score: Score, in_group: bool, points: float | None) -> Score:
    missing = FEWEST_VOTES - score.decided
    if missing > 0:
        lacks = f"{missing} more decided vote{'s' if missing > 1 else ''}"
    elif not in_group:
        lacks = "a vote against one of the others"
    elif points is None:
        lacks = "a fit that converges"
    else:
        return replace(score, strength=points)
    return replace(score, lacks=lacks)


def _pairwise(
    votes: Iterable[Vote], numbers: Mapping[Contestant, int]
) -> dict[tuple[int, int], float]:
    """Wins of one contestant over another; nobody can beat himself.

    Who won a vote has beaten all others; of a tie each side has half a win.
    """
    wins: dict[tuple[int, int], float] = defaultdict(float)
    for vote in votes:
        sides = [numbers[side.contestant] for side in vote.sides]
        for (place, one), (_, other) in permutations(enumerate(sides), 2):
            if one != other and (vote.winner == place or vote.verdict == "tie"):
                wins[one, other] += 0.5 if vote.verdict == "tie" else 1.0
    return wins


def _points(
    decided: Sequence[int], group: Sequence[int], wins: Wins
) -> dict[int, float]:
    """Strengths by number; none where nobody has enough votes or nobody was met."""
    if len(group) < FEWEST_SIDES or max(decided) < FEWEST_VOTES:
        return {}
    place = {number: i for i, number in enumerate(group)}
    inside = {
        (place[one], place[other]): won
        for (one, other), won in wins.items()
        if one in place
    }
    try:
        points = bradley_terry(len(group), inside)
    except RuntimeError:
        return {}
    return dict(zip(group, points, strict=True))
