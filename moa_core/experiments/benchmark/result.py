"""Adds a benchmark up, as its authors do, with an interval that is right at every look.

Nothing of it is stored: it is computed from what is settled at each look.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Final

from moa_core.evaluation import (
    OVERALL,
    AnswerFigures,
    JudgedPair,
    PairItem,
    WinRate,
    judged_pair,
    may_judge,
    mean_interval,
    skill_scales,
)
from moa_core.experiments.arm_names import MIXTURE
from moa_core.experiments.benchmark.protocol import (
    MT_BENCH_TEMPERATURES,
    BenchmarkProtocol,
    judge_task,
)
from moa_core.experiments.benchmark.work import conversations
from moa_core.experiments.findings import MOST_UNREADABLE, readings_of
from moa_core.experiments.items import Item
from moa_core.experiments.store import Progress
from moa_core.experiments.work import AnswerKey, GradeKey

SCALES: Final = {"single": (1.0, 10.0), "skills": (1.0, 5.0), "pair": (0.0, 100.0)}
"""Of figures: grades of answers and of their skills, win rates in percent."""

Scored = tuple[str, float]
"""A question, and the grade of one of its answers, or of one skill."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean, in the unit of its scale.

    Attributes:
        mean: Of all grades pooled, as the benchmark's authors have it.
        low: Lower end of the interval, of the means of the questions; ``high`` the
            upper one.
        n: How many grades, or pairs, it is of.
    """

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkResult:
    """What a run of a benchmark says.

    Attributes:
        overall: Mean grade, or win rate in percent; ``None`` before the first, and of
            FLASK, which has no overall figure.
        groups: Means by group: ``turn``, ``category`` and ``category and turn`` of
            MT-Bench, ``skill``, ``domain`` and ``difficulty`` of FLASK, ``kind``.
        pair: All that the judge says where two answers are compared.
        answers: How many there are, of ``answers_of``; questions of two turns have two.
        judged: How many of them the judge has read.
        unreadable: Of those, how many replies could not be read: left out.
        usd: Mean cost of an answer; ``None`` if one is unknown, or there is none.
        seconds: Mean time of an answer; ``None`` if there is none.
        related: Whether the judge is of the family of a model that answers.
    """

    protocol: BenchmarkProtocol
    overall: Figure | None
    groups: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    pair: JudgedPair | None = None
    answers: int
    answers_of: int
    judged: int
    unreadable: int
    usd: float | None
    seconds: float | None
    related: bool

    @property
    def is_complete(self) -> bool:
        """Whether every question was answered and judged."""
        return self.judged == self.answers_of

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes it doubtful: ``unreadable``, ``related``."""
        told = ["unreadable"] if self.unreadable > MOST_UNREADABLE * self.judged else []
        return (*told, *(["related"] if self.related else []))


def benchmark_result(
    protocol: BenchmarkProtocol, items: Sequence[Item], progress: Progress
) -> BenchmarkResult:
    """Add up what is settled."""
    task = judge_task(protocol.benchmark)
    usd, seconds = _means(progress)
    pair = _pair(protocol, items, progress) if task == "pair" else None
    if pair:
        overall, groups = _percent(pair.win_rate), _kinds(pair)
        judged, unreadable = pair.tally.n + pair.left_out, pair.left_out
    else:
        overall, groups = _graded(protocol, items, progress)
        judged = len(progress.grades)
        unreadable = sum(not each.readable for each in progress.grades.values())
    models = [agent.model for agent in protocol.agents]
    return BenchmarkResult(
        protocol=protocol,
        overall=overall,
        groups=groups,
        pair=pair,
        answers=len(progress.answers),
        answers_of=len(items),
        judged=judged,
        unreadable=unreadable,
        usd=usd,
        seconds=seconds,
        related=may_judge(protocol.judge.model, models) == "related",
    )


def _means(progress: Progress) -> tuple[float | None, float | None]:
    """Dollars and seconds of an answer."""
    answers = [*progress.answers.values()]
    if not answers:
        return None, None
    costs = [each.cost_usd for each in answers if each.cost_usd is not None]
    usd = float(sum(costs)) / len(costs) if len(costs) == len(answers) else None
    return usd, fmean(each.seconds for each in answers)


def _pair(
    protocol: BenchmarkProtocol, items: Sequence[Item], progress: Progress
) -> JudgedPair:
    found = []
    for item in items:
        if ours := progress.answers.get(AnswerKey(item.id, MIXTURE)):
            figures = AnswerFigures(
                characters=ours.characters,
                cost_usd=None if ours.cost_usd is None else float(ours.cost_usd),
                seconds=ours.seconds,
            )
            pair_item = PairItem(
                item=item.id,
                kind=item.kind,
                ours=figures,
                theirs=AnswerFigures(characters=len(item.reference.baseline)),
                readings=readings_of(progress, item.id, protocol.primary),
            )
            found.append(pair_item)
    return judged_pair(found)


def _percent(rate: WinRate) -> Figure | None:
    if rate.rate is None:
        return None
    return Figure(100 * rate.rate, 100 * rate.low, 100 * rate.high, rate.n)


def _kinds(pair: JudgedPair) -> dict[str, dict[str, Figure]]:
    found = {
        kind: figure
        for kind, tally in pair.by_kind.items()
        if kind and (figure := _percent(tally.win_rate()))
    }
    return {"kind": found} if found else {}


def _graded(
    protocol: BenchmarkProtocol, items: Sequence[Item], progress: Progress
) -> tuple[Figure | None, dict[str, dict[str, Figure]]]:
    scale = SCALES[judge_task(protocol.benchmark)]
    groups: dict[str, dict[str, list[Scored]]] = defaultdict(lambda: defaultdict(list))
    for turns in conversations(items).values():
        reading = progress.grades.get(GradeKey(turns[-1].id))
        for name, score in (reading.scores if reading else {}).items():
            if score is not None:
                for group, label in _groups_of(protocol, turns, name):
                    groups[group][label].append((turns[0].id, score))
    figures = {
        group: {
            label: found
            for label in _in_order(by_label)
            if (found := figure_of(by_label[label], scale))
        }
        for group, by_label in groups.items()
    }
    overall = figures.pop(OVERALL, {}).get(OVERALL)
    return overall, figures


def _groups_of(
    protocol: BenchmarkProtocol, turns: Sequence[Item], name: str
) -> list[tuple[str, str]]:
    """The groups that a grade belongs to, each with its label there."""
    item, turn = turns[-1], str(len(turns))
    given = item.reference
    match protocol.benchmark:
        case "flask":
            domains = [("domain", domain) for domain in given.domains]
            difficulty = [("difficulty", given.difficulty)] if given.difficulty else []
            return [("skill", name), *domains, *difficulty]
        case "mt_bench":
            by_turn = f"{given.category}.{turn}"
            return [
                (OVERALL, OVERALL),
                ("turn", turn),
                ("category", given.category),
                ("category and turn", by_turn),
            ]
        case _:
            return [(OVERALL, OVERALL), *([("kind", item.kind)] if item.kind else [])]


def _in_order(labels: Iterable[str]) -> list[str]:
    """Skills and categories as their papers have them, others by their names."""
    order = {
        name: at for at, name in enumerate([*skill_scales(), *MT_BENCH_TEMPERATURES])
    }
    return sorted(
        labels, key=lambda label: (order.get(label.split(".")[0], len(order)), label)
    )


def figure_of(scored: Sequence[Scored], scale: tuple[float, float]) -> Figure | None:
    """The mean of some grades; ``None`` without any.

    The interval is of the means of the questions, which were drawn: two grades of one
    question are not two draws.
    """
    if not scored:
        return None
    by_question: dict[str, list[float]] = defaultdict(list)
    for question, score in scored:
        by_question[question].append(score)
    least, most = scale
    counts = Counter(
        round((fmean(scores) - least) / (most - least), 9)
        for scores in by_question.values()
    )
    low, high = mean_interval(counts)
    width = most - least
    mean = fmean(score for _, score in scored)
    return Figure(mean, least + width * low, least + width * high, len(scored))
