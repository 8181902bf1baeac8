"""Adds an experiment up: every pair by judge and votes, and what they say together.

Nothing of it is stored: it is computed from what is settled at each look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from moa_core.evaluation import (
    AnswerFigures,
    JudgedPair,
    PairItem,
    PairReading,
    Verdict,
    VotedPair,
    WinRate,
    Yardstick,
    judged_pair,
    may_judge,
    more_needed,
    verdict,
    voted_pair,
)
from moa_core.experiments.arm_names import MIXTURE
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import Pair, Protocol
from moa_core.experiments.store import Progress
from moa_core.experiments.work import AnswerKey, JudgementKey, SettledAnswer

FEWEST_STEADY = 0.6
"""A judge that says the same in both orders less often is warned of."""
MOST_UNREADABLE = 0.05
MOST_SKIPPED = 0.2


@dataclass(frozen=True, slots=True)
class Votes:
    """Blind votes of an experiment.

    Attributes:
        counted: 1 for the mixture, 0 for the other answer, 1/2 for a tie and for "both
            bad", by question and pair.
        skipped: Questions that were offered and not voted on, by pair.
    """

    counted: Mapping[tuple[str, Pair], float] = field(default_factory=dict)
    skipped: Mapping[Pair, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairResult:
    """What an experiment says of a pair of arms.

    Attributes:
        yardstick: What decides: that of the protocol for the primary pair. Others are
            not voted on, so of them the judge says what is known, if there is one.
        rate: The win rate that the yardstick names.
        more: So many more judgements, or votes, would tell; 0 if it is known, ``None``
            if nobody knows.
        unanswered: Questions of which an answer is missing, or was deleted.
        skipped: Questions that were offered for a vote and skipped.
    """

    pair: Pair
    alpha: float
    judged: JudgedPair
    voted: VotedPair
    yardstick: Yardstick
    rate: WinRate
    verdict: Verdict
    more: int | None
    unanswered: int
    skipped: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes it doubtful: ``unsteady``, ``unreadable``, ``skipped``."""
        steady, told = self.judged.steadiness, []
        if steady.share is not None and steady.share < FEWEST_STEADY:
            told.append("unsteady")
        if steady.unreadable > MOST_UNREADABLE * (steady.pairs + steady.unreadable):
            told.append("unreadable")
        if self.skipped > MOST_SKIPPED * (self.skipped + self.voted.alone.n):
            told.append("skipped")
        return tuple(told)


@dataclass(frozen=True, slots=True)
class Result:
    """What an experiment says, the primary pair first.

    Attributes:
        related: Whether the judge is of the family of a model that answers.
    """

    protocol: Protocol
    pairs: Mapping[Pair, PairResult]
    related: bool

    @property
    def primary(self) -> PairResult:
        """The one that the verdict is about."""
        return self.pairs[self.protocol.primary]


def result_of(
    protocol: Protocol,
    items: Sequence[Item],
    progress: Progress,
    votes: Votes | None = None,
) -> Result:
    """Add up what is settled.

    Args:
        protocol: Of the experiment.
        items: The questions that are there, in their order.
        progress: What is settled.
        votes: Blind ones.
    """
    votes = votes or Votes()
    pairs = {
        pair: _pair_result(protocol, pair, items, progress, votes)
        for pair in protocol.pairs
    }
    return Result(protocol, pairs, _is_related(protocol))


def pair_items(
    items: Sequence[Item], progress: Progress, votes: Votes, pair: Pair
) -> list[PairItem]:
    """The questions of which both answers of a pair are there."""
    found: list[PairItem] = []
    for item in items:
        ours = progress.answers.get(AnswerKey(item.id, MIXTURE))
        theirs = progress.answers.get(AnswerKey(item.id, pair.removeprefix(MIXTURE)))
        if ours and theirs:
            found.append(
                PairItem(
                    item=item.id,
                    kind=item.kind,
                    ours=_figures(ours),
                    theirs=_figures(theirs),
                    readings=readings_of(progress, item.id, pair),
                    vote=votes.counted.get((item.id, pair)),
                )
            )
    return found


def _pair_result(
    protocol: Protocol,
    pair: Pair,
    items: Sequence[Item],
    progress: Progress,
    votes: Votes,
) -> PairResult:
    alpha, worth = protocol.alpha_of(pair), protocol.worth
    answered = pair_items(items, progress, votes, pair)
    judged = judged_pair(answered, worth, alpha)
    voted = voted_pair(answered, worth, alpha)
    yardstick = protocol.yardstick
    if pair != protocol.primary and protocol.judge:
        yardstick = "judge alone"
    rate, more = _by_yardstick(yardstick, judged, voted, worth, alpha)
    return PairResult(
        pair=pair,
        alpha=alpha,
        judged=judged,
        voted=voted,
        yardstick=yardstick,
        rate=rate,
        verdict=verdict(rate.low, rate.high, worth),
        more=more,
        unanswered=protocol.questions - len(answered),
        skipped=votes.skipped.get(pair, 0),
    )


def _by_yardstick(
    yardstick: Yardstick,
    judged: JudgedPair,
    voted: VotedPair,
    worth: float,
    alpha: float,
) -> tuple[WinRate, int | None]:
    match yardstick:
        case "votes":
            return voted.alone, voted.more_votes_alone
        case "judge alone":
            more = more_needed(judged.tally.counts, worth, alpha)
            return judged.win_rate, more
        case "votes and judge":
            return voted.corrected, voted.more_votes


def readings_of(
    progress: Progress, item: str, pair: Pair
) -> tuple[PairReading, PairReading] | None:
    """Both readings of a pair; ``None`` as long as one is missing."""
    both = [
        progress.judgements.get(JudgementKey(item, pair, ours_first))
        for ours_first in (True, False)
    ]
    first, second = both
    return (first, second) if first and second else None


def _figures(answer: SettledAnswer) -> AnswerFigures:
    usd = answer.cost_usd
    return AnswerFigures(
        characters=answer.characters,
        cost_usd=None if usd is None else float(usd),
        seconds=answer.seconds,
    )


def _is_related(protocol: Protocol) -> bool:
    if protocol.judge is None:
        return False
    models = [agent.model for agent in protocol.agents]
    return may_judge(protocol.judge.model, models) == "related"
