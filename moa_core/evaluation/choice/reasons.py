"""Says in words what speaks for a model in a suggested set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from statistics import fmean
from typing import Final

from moa_core.evaluation.choice.likeness import Pair
from moa_core.evaluation.statistics import EVEN, Tally, WinRate, verdict
from moa_core.usage import Cost

_NOTHING: Final = Tally()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord:
    """What is known of a model, each figure by itself.

    Attributes:
        alone: Its own answers against the common opponent.
        as_aggregator: The same panel, written by it, against the mixture.
        left_out: The mixture against the one without this proposer; a rate of one half
            means that nobody misses it. ``None`` if that was not tried.
        only_winner: Questions on which it alone of the models won.
        saves_usd: What leaving it out saves, a question; ``None`` if unknown.
    """

    alone: Tally = _NOTHING
    as_aggregator: Tally = _NOTHING
    left_out: WinRate | None = None
    only_winner: int = 0
    saves_usd: float | None = None


def reasons_for(
    members: Iterable[str],
    records: Mapping[str, ModelRecord],
    likeness: Mapping[Pair, float],
) -> dict[str, tuple[str, ...]]:
    """By model of a set: short sentences, what it wins alone first."""
    models = sorted(members)
    apart = _least_like(models, likeness)
    return {
        model: tuple(_of(records.get(model, ModelRecord()), model == apart))
        for model in models
    }


def _of(record: ModelRecord, is_apart: bool) -> Iterable[str]:
    if record.alone.n:
        rate, n = record.alone.win_rate(), record.alone.n
        yield f"wins {_points(rate.rate)} of 100 alone ({_range(rate)}), {n} compared"
    if is_apart:
        yield "least like the others"
    if record.only_winner:
        yield f"only one that won on {record.only_winner} of {record.alone.n}"
    if record.as_aggregator.n:
        yield as_aggregator_in_words(record.as_aggregator.win_rate())
    if said := missed_in_words(record):
        yield said


def as_aggregator_in_words(rate: WinRate) -> str:
    """How often it wins, writing from the drafts that the present aggregator read."""
    return f"as aggregator wins {_points(rate.rate)} of 100 ({_range(rate)})"


def missed_in_words(record: ModelRecord) -> str:
    """Whether a proposer is missed when it is left out; ``""`` if nobody has tried."""
    rate = record.left_out
    if rate is None or not rate.n:
        return ""
    finding = verdict(rate.low, rate.high)
    if finding == "helps":
        return f"missed when left out ({_range(rate)})"
    if finding == "not known":
        return f"not known whether it is missed ({_range(rate)})"
    saves = ""
    if record.saves_usd is not None and record.saves_usd > 0:
        saves = f": saves {Cost(Decimal(str(round(record.saves_usd, 9))))} a question"
    if rate.high < EVEN:
        return f"better without it ({_range(rate)}){saves}"
    return f"not missed when left out ({_range(rate)}){saves}"


def _least_like(models: list[str], likeness: Mapping[Pair, float]) -> str | None:
    """The member that is least like the others; ``None`` of two, or if unknown."""
    pairs = [*combinations(models, 2)]
    if len(models) < 3 or any(pair not in likeness for pair in pairs):
        return None
    return min(
        models,
        key=lambda model: fmean(likeness[pair] for pair in pairs if model in pair),
    )


def _points(share: float | None) -> str:
    return f"{100 * (share or 0):.0f}"


def _range(rate: WinRate) -> str:
    return f"{_points(rate.low)} to {_points(rate.high)}"
