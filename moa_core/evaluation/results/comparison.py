"""Adds up what a judge and votes say of one answer against another.

The runner gives one `PairItem` for each question, in the order that was drawn; what
comes out is computed anew at each look and never stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal

from moa_core.evaluation.judging import PairReading, Steadiness, outcome, steadiness
from moa_core.evaluation.statistics import (
    ALPHA,
    LOST,
    TIED,
    WORTH,
    EqualLength,
    PairLength,
    Tally,
    Verdict,
    WinRate,
    corrected_rate,
    equal_length,
    mean_interval,
    more_needed,
    more_votes_needed,
    price_of_a_net_win,
    verdict,
)

Yardstick = Literal["votes and judge", "votes", "judge alone"]
"""Which of the three win rates the verdict reads; the protocol names it."""

YARDSTICKS: Final[tuple[Yardstick, ...]] = ("votes and judge", "votes", "judge alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFigures:
    """What is known of an answer: characters, US dollars and seconds.

    ``None`` is unknown; one unknown makes the mean of all unknown.
    """

    characters: int
    cost_usd: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairItem:
    """One question: the evaluated answer against another one.

    Attributes:
        item: What the caller knows the question by.
        kind: ``facts``, ``maths``, ...; ``""`` if nobody has said.
        ours: Of the evaluated answer.
        theirs: Of the other answer.
        readings: The judge's, with ours shown first and with ours shown second;
            ``None`` as long as not both orders were read.
        vote: 1 for ours, 0 for the other, 1/2 for a tie and for "both bad"; ``None``
            if there is none.
    """

    item: str
    kind: str = ""
    ours: AnswerFigures
    theirs: AnswerFigures
    readings: tuple[PairReading, PairReading] | None = None
    vote: float | None = None

    @property
    def outcome(self) -> float | None:
        """The judge's; ``None`` if it is not judged, or could not be read."""
        return outcome(*self.readings) if self.readings else None


@dataclass(frozen=True, slots=True)
class Harm:
    """Questions on which the evaluated answer lost in both orders.

    Attributes:
        items: All of them, in the order given.
        clearly: Those that both readings call clearly worse.
        low: Lower end of the share of such questions, 0..1; ``high`` is the upper end.
    """

    items: tuple[str, ...]
    clearly: tuple[str, ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """What the judge says of a pair of arms, over all questions that it has judged.

    Attributes:
        left_out: Questions whose readings could not be read: counted, never a tie.
        pending: Questions that are not judged in both orders yet.
        where_longer: Outcomes where the evaluated answer was longer; the mean is its
            win rate there. ``where_shorter`` likewise.
        usd: Mean cost of the evaluated answer and of the other; ``None`` if unknown.
        seconds: The same for the time.
        by_kind: Kinds in alphabetical order.
    """

    tally: Tally
    win_rate: WinRate
    verdict: Verdict
    left_out: int
    pending: int
    steadiness: Steadiness
    where_longer: tuple[float, ...]
    where_shorter: tuple[float, ...]
    equal_length: EqualLength | None
    usd: tuple[float | None, float | None]
    seconds: tuple[float | None, float | None]
    usd_per_net_win: float | None
    seconds_per_net_win: float | None
    harm: Harm
    by_kind: Mapping[str, Tally]


def judged_pair(
    items: Sequence[PairItem], worth: float = WORTH, alpha: float = ALPHA
) -> JudgedPair:
    """Add up the judge's readings of one pair of arms."""
    good = [(item, told) for item in items if (told := item.outcome) is not None]
    tally = Tally.of(told for _, told in good)
    rate = tally.win_rate(alpha)
    lengths = [
        PairLength(told, item.ours.characters, item.theirs.characters)
        for item, told in good
    ]
    usd = _means([(i.ours.cost_usd, i.theirs.cost_usd) for i, _ in good])
    seconds = _means([(i.ours.seconds, i.theirs.seconds) for i, _ in good])
    wins, losses, n = tally.wins, tally.losses, tally.n
    pending = sum(item.readings is None for item in items)
    return JudgedPair(
        tally=tally,
        win_rate=rate,
        verdict=verdict(rate.low, rate.high, worth),
        left_out=len(items) - pending - n,
        pending=pending,
        steadiness=steadiness(item.readings for item in items if item.readings),
        where_longer=tuple(y for y, ours, theirs in lengths if ours > theirs),
        where_shorter=tuple(y for y, ours, theirs in lengths if ours < theirs),
        equal_length=equal_length(lengths),
        usd=usd,
        seconds=seconds,
        usd_per_net_win=price_of_a_net_win(*usd, wins, losses, n),
        seconds_per_net_win=price_of_a_net_win(*seconds, wins, losses, n),
        harm=_harm(good, alpha),
        by_kind=_by_kind(good),
    )


def _means(
    pairs: Sequence[tuple[float | None, float | None]],
) -> tuple[float | None, float | None]:
    def mean(values: Iterable[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return fmean(known) if known and len(known) == len(pairs) else None

    return mean(ours for ours, _ in pairs), mean(theirs for _, theirs in pairs)


def _harm(good: Sequence[tuple[PairItem, float]], alpha: float) -> Harm:
    lost = [item for item, told in good if told == LOST]
    clearly = (
        item.item
        for item in lost
        if item.readings and all(reading.clearly for reading in item.readings)
    )
    counts = {1.0: len(lost), 0.0: len(good) - len(lost)}
    names = tuple(item.item for item in lost)
    return Harm(names, tuple(clearly), *mean_interval(counts, alpha))


def _by_kind(good: Iterable[tuple[PairItem, float]]) -> dict[str, Tally]:
    kinds: dict[str, list[float]] = defaultdict(list)
    for item, told in good:
        kinds[item.kind].append(told)
    return {kind: Tally.of(kinds[kind]) for kind in sorted(kinds)}


@dataclass(frozen=True, slots=True)
class VotedPair:
    """What votes say of a pair of arms, alone and together with the judge.

    Attributes:
        alone: The win rate by votes alone.
        corrected: The judge's, corrected by votes on questions that it has judged.
        agreement: Share of the questions where both decide that they decide alike;
            ``None`` if there are none. ``both_decide`` says how many there are.
        more_votes: So many more votes would tell, with the judge; ``None`` if nobody
            knows. ``more_votes_alone`` likewise, without it.
    """

    alone: WinRate
    corrected: WinRate
    agreement: float | None
    both_decide: int
    more_votes: int | None
    more_votes_alone: int | None


def voted_pair(
    items: Sequence[PairItem], worth: float = WORTH, alpha: float = ALPHA
) -> VotedPair:
    """Add up the votes on one pair of arms, and correct the judge by them."""
    votes = Tally.of(item.vote for item in items if item.vote is not None)
    told = [(item.vote, item.outcome) for item in items]
    judged = [judge for _, judge in told if judge is not None]
    voted = [(v, judge) for v, judge in told if v is not None and judge is not None]
    decided = [(v, judge) for v, judge in voted if TIED not in (v, judge)]
    return VotedPair(
        alone=votes.win_rate(alpha),
        corrected=corrected_rate(voted, judged, alpha),
        agreement=fmean(float(v == j) for v, j in decided) if decided else None,
        both_decide=len(decided),
        more_votes=more_votes_needed(voted, judged, worth, alpha),
        more_votes_alone=more_needed(votes.counts, worth, alpha),
    )
