"""Suggests a whole mixture from what is known of models, and says what is not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from moa_core.evaluation.choice.likeness import FEWEST_QUESTIONS, Likeness, Pair
from moa_core.evaluation.choice.reasons import (
    ModelRecord,
    as_aggregator_in_words,
    reasons_for,
)
from moa_core.evaluation.choice.sets import SuggestedSet, suggest
from moa_core.evaluation.statistics import EVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of models, each by its name.

    Attributes:
        records: What judgements or votes say of each.
        quality: Win rate of each alone against one common opponent, 0..1; models of
            which too little is known have none.
        likeness: How alike the answers of two models are, and on how many questions.
    """

    records: Mapping[str, ModelRecord]
    quality: Mapping[str, float]
    likeness: Mapping[Pair, Likeness]

    @property
    def missing(self) -> dict[str, int]:
        """By model: so many more comparisons alone before it can be suggested."""
        return {
            model: max(1, FEWEST_QUESTIONS - record.alone.n)
            for model, record in self.records.items()
            if model not in self.quality
        }

    @property
    def alike(self) -> dict[Pair, float]:
        """The likeness of pairs with enough common questions, 0..1."""
        return {
            pair: each.mean
            for pair, each in self.likeness.items()
            if each.questions >= FEWEST_QUESTIONS
        }

    def difference(self, model: str) -> float | None:
        """Mean of 1 - likeness to the others, 0..1; ``None`` if none is known."""
        known = [alike for pair, alike in self.alike.items() if model in pair]
        return 1 - fmean(known) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A set of proposers with its aggregator: to be tried, and never a verdict.

    Attributes:
        best: The set, with what speaks for it.
        next_best: The set behind it, if there is another one.
        aggregator: Who writes.
        why: What speaks for the aggregator.
        reasons: By proposer: short sentences.
    """

    best: SuggestedSet
    next_best: SuggestedSet | None
    aggregator: str
    why: str
    reasons: Mapping[str, tuple[str, ...]]


def comparable(known: Known) -> tuple[list[str], dict[str, int]]:
    """The models that can be in a suggested set, and what others lack.

    Of two models whose likeness is not known, the one with more such gaps is left out.

    Returns:
        Models in alphabetical order; and of those left out, how many more questions
        they have to answer that the others answer, too.
    """
    alike, models = known.alike, sorted(known.quality)
    lacking: dict[str, int] = {}
    while gaps := [pair for pair in combinations(models, 2) if pair not in alike]:
        named = [model for pair in gaps for model in pair]
        left_out = max(models, key=lambda model: (named.count(model), model))
        common = [known.likeness.get(pair) for pair in gaps if left_out in pair]
        fewest = min(each.questions if each else 0 for each in common)
        lacking[left_out] = FEWEST_QUESTIONS - fewest
        models.remove(left_out)
    return models, lacking


def suggestion(known: Known, size: int, present: str) -> Suggestion | None:
    """The best set of ``size`` among models of which enough is known.

    Args:
        known: What is known.
        size: Proposers, 2 or more.
        present: The aggregator that stays unless another one is surely better.

    Returns:
        ``None`` if too few can be compared.

    Raises:
        ConfigError: There are too many sets.
    """
    models, _ = comparable(known)
    sets = suggest(size, {model: known.quality[model] for model in models}, known.alike)
    if not sets:
        return None
    aggregator, why = _aggregator(known.records, present)
    return Suggestion(
        best=sets[0],
        next_best=sets[1] if len(sets) > 1 else None,
        aggregator=aggregator,
        why=why,
        reasons=reasons_for(sets[0].members, known.records, known.alike),
    )


def _aggregator(records: Mapping[str, ModelRecord], present: str) -> tuple[str, str]:
    tried = {
        model: record.as_aggregator.win_rate()
        for model, record in records.items()
        if model != present and record.as_aggregator.n >= FEWEST_QUESTIONS
    }
    better = {model: rate for model, rate in tried.items() if rate.low > EVEN}
    if not tried:
        return present, "stays: no other model was tried as aggregator"
    if not better:
        return present, "stays: no other model surely writes better"
    best = max(better, key=lambda model: (better[model].low, model))
    return best, as_aggregator_in_words(better[best])
