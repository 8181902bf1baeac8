"""Scores documents of statistics: intervals, corrected rates, fronts and sets."""

from collections import Counter
from collections.abc import Mapping
from statistics import fmean
from typing import Final

from moa_core.errors import ConfigError
from moa_core.evaluation.choice import candidates, suggest
from moa_core.evaluation.scoring.forms import (
    CorrectedCasesForm,
    CorrectedForm,
    Json,
    PointsForm,
    SetsForm,
    TalliesForm,
    TallyForm,
    worths_in,
)
from moa_core.evaluation.statistics import (
    WORTH,
    Tally,
    best_for_the_price,
    corrected_rate,
    mean_interval,
    more_needed,
    more_votes_needed,
    ppi_plus_plus,
    verdict,
    wilson_interval,
)
from moa_core.mixture import read_form

_WORTHS: Final = {f"{WORTH:g}": WORTH}
_SIZES: Final = (2, 3, 4)
_MOST_SETS_TOLD: Final = 5
_ENDS: Final = ("low", "high")


def score_intervals(document: list[Json]) -> list[Json]:
    """Rows of tallies: the interval, the verdicts, and how many more would tell."""
    form: TalliesForm = read_form(TalliesForm, {"rows": document})
    rows = zip(document, form.rows, strict=True)
    return [given | _interval(given, row) for given, row in rows]


def _interval(given: Json, row: TallyForm) -> Json:
    tally = Tally(row.wins, row.ties, row.losses)
    low, high = mean_interval(tally.counts, row.alpha)
    told: Json = {"low": low, "high": high}
    if "wilson" in given and tally.n:
        told["wilson"] = wilson_interval(tally.wins + tally.ties / 2, tally.n)
    for name, worth in worths_in(given).items():
        told[f"verdict_worth_{name}"] = verdict(low, high, worth)
        told[f"more_worth_{name}"] = more_needed(tally.counts, worth, row.alpha)
    return {name: value for name, value in told.items() if name in {*given, *_ENDS}}


def score_corrected(document: list[Json]) -> list[Json]:
    """Cases of a judge's outcomes with votes on the first of them."""
    form: CorrectedCasesForm = read_form(CorrectedCasesForm, {"cases": document})
    scored = []
    for number, (given, case) in enumerate(zip(document, form.cases, strict=True)):
        if len(case.votes_of_the_first) > len(case.judged):
            raise ConfigError(
                f"cases[{number}].votes_of_the_first: more votes than judged questions."
            )
        expected = given.get("expected")
        worths = worths_in(expected) if isinstance(expected, dict) else {}
        scored.append(given | {"expected": _corrected(case, worths or _WORTHS)})
    return scored


def _corrected(case: CorrectedForm, worths: Mapping[str, float]) -> Json:
    votes, judged = case.votes_of_the_first, case.judged
    voted = [*zip(votes, judged, strict=False)]
    rate = corrected_rate(voted, judged)
    told: Json = {"rate": rate.rate, "low": rate.low, "high": rate.high}
    for name, worth in worths.items():
        told[f"verdict_worth_{name}"] = verdict(rate.low, rate.high, worth)
        told[f"more_worth_{name}"] = more_votes_needed(voted, judged, worth)
    told["votes_alone"] = mean_interval(Counter(votes))
    told["judge_alone"] = fmean(judged) if judged else None
    fixed_n: Json = dict.fromkeys(("rate", "low", "high", "lambda"))
    if 0 < len(votes) < len(judged):
        fixed = ppi_plus_plus(voted, judged[len(votes) :])
        fixed_n |= {"rate": fixed.rate, "low": fixed.low, "high": fixed.high}
        fixed_n["lambda"] = fixed.trust
    return told | {"ppi_plus_plus_fixed_n": fixed_n}


def score_pareto(document: Json) -> Json:
    """Who is best for the price; points with something unknown are passed over."""
    form: PointsForm = read_form(PointsForm, document, whole="document")
    known = {
        name: (cost, quality)
        for name, (cost, quality) in form.points.items()
        if cost is not None and quality is not None
    }
    return document | {"front": best_for_the_price(known)}


def score_sets(document: Json) -> Json:
    """The best sets of each size that is asked for, or of 2 to 4."""
    form: SetsForm = read_form(SetsForm, document, whole="document")
    likeness: dict[tuple[str, str], float] = {}
    for name, value in form.likeness.items():
        one, bar, other = name.partition("|")
        if not (one and bar and other):
            raise ConfigError(f"likeness.{name}: expected two models, as “one|other”.")
        likeness[min(one, other), max(one, other)] = value
    return document | {
        "expected": {
            str(size): [
                {
                    "members": list(each.members),
                    "quality": each.quality,
                    "difference": each.difference,
                    "score": each.score,
                }
                for each in suggest(size, form.quality, likeness)[:_MOST_SETS_TOLD]
            ]
            for size in _sizes(document, len(candidates(form.quality)))
        }
    }


def _sizes(document: Json, most: int) -> list[int]:
    expected = document.get("expected")
    if not isinstance(expected, dict):
        return [size for size in _SIZES if size <= most]
    sizes = []
    for name in expected:
        if not (name.isascii() and name.isdigit() and 2 <= int(name[:9]) <= 99):
            raise ConfigError(f"expected.{name}: expected a size from 2 to 99.")
        sizes.append(int(name))
    return sizes
