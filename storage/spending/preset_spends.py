"""Sums what each preset has cost, and the median wait for its first text."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from moa_core.usage import Cost
from storage.spending.call_sums import RUNS
from storage.values import TimeSpan, cost, total

_TTFT_STEP_MS: Final = 100

_Step: TypeAlias = Row[*tuple[Any, ...]]
"""The runs of a preset that waited equally long, to a tenth of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetSpend:
    """What the runs of a preset have cost, and how long they let one wait.

    Attributes:
        preset: Its name when they ran; ``""``: mixtures without one.
        runs: That have ended, whatever came of them.
        cost: Of all of them.
        priced_runs: Those of them whose whole cost is known.
        priced_cost: What those have cost.
        answered_runs: Those whose answer began.
        median_ttft_s: Seconds to the answer's first text of those, to a tenth.
    """

    preset: str
    runs: int
    cost: Cost
    priced_runs: int
    priced_cost: Cost
    answered_runs: int
    median_ttft_s: float | None


def preset_spends(session: Session, span: TimeSpan) -> list[PresetSpend]:
    """Every preset with an ended run that began then, the dearest first."""
    steps: dict[str, list[_Step]] = defaultdict(list)
    wanted = (RUNS.c.status != "running", *span.holds(RUNS.c.created_at))
    for step in session.execute(_BY_PRESET.where(*wanted)):
        steps[step.preset].append(step)
    spends = [_preset_spend(name, rows) for name, rows in steps.items()]
    return sorted(spends, key=lambda spend: (-spend.cost.usd, spend.preset))


_PRICED = RUNS.c.cost_unknown_calls == 0
_BY_PRESET = select(
    func.coalesce(RUNS.c.preset_name, "").label("preset"),
    (RUNS.c.ttft_ms // _TTFT_STEP_MS).label("step"),
    func.count().label("runs"),
    total(RUNS.c.cost_nusd).label("cost_nusd"),
    total(RUNS.c.cost_unknown_calls).label("cost_unknown_calls"),
    total(case((_PRICED, 1), else_=0)).label("priced_runs"),
    total(case((_PRICED, RUNS.c.cost_nusd), else_=0)).label("priced_nusd"),
).group_by("preset", "step")


def _preset_spend(name: str, steps: Sequence[_Step]) -> PresetSpend:
    """Of a preset's runs, in steps by the time to their first text."""
    waited = sorted((row.step, row.runs) for row in steps if row.step is not None)
    return PresetSpend(
        preset=name,
        runs=sum(row.runs for row in steps),
        cost=cost(
            sum(row.cost_nusd for row in steps),
            sum(row.cost_unknown_calls for row in steps),
        ),
        priced_runs=sum(row.priced_runs for row in steps),
        priced_cost=cost(sum(row.priced_nusd for row in steps)),
        answered_runs=sum(runs for _, runs in waited),
        median_ttft_s=_median_s(waited),
    )


def _median_s(waited: Sequence[tuple[int, int]]) -> float | None:
    """The step in which the median lies, in seconds; steps are sorted and counted."""
    middle = (sum(runs for _, runs in waited) + 1) // 2
    for step, runs in waited:
        middle -= runs
        if middle <= 0:
            return step * _TTFT_STEP_MS / 1000
    return None
