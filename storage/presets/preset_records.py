"""Sums up the record of a mixture: its runs, times, costs and votes."""

import statistics
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from storage.schema import ConfigRow, RunRow, VoteRow, VoteSideRow, table_of
from storage.values import usd

NEWEST = 200
"""Figures come from this many of a mixture's newest runs: models change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetRecord:
    """What the runs of one exact mixture show; the figures are of its newest 200.

    A rework asks few of a mixture's models, so that its time and cost say nothing of
    the mixture: the figures leave reworks out.

    Attributes:
        runs: All that were ever begun, reworks included.
        median_ttft_s: Seconds to the answer's first text, of runs that succeeded.
        median_total_s: Seconds to the answer's end, of runs that succeeded.
        mean_cost_usd: Of ended runs whose whole cost is known; ``None`` without any.
        unknown_cost_runs: Ended runs that the mean leaves out: some of their cost is
            unknown.
        answered: Share of ended runs that gave an answer, 0 to 1; those that the user
            stopped do not count. ``None`` without any.
        votes: All its answers that the user has judged, of whatever run.
        wins: Those of them that won.
    """

    runs: int = 0
    median_ttft_s: float | None = None
    median_total_s: float | None = None
    mean_cost_usd: Decimal | None = None
    unknown_cost_runs: int = 0
    answered: float | None = None
    votes: int = 0
    wins: int = 0


UNTRIED = PresetRecord()
"""The record of a mixture that never ran."""

_Run = Row[int, int, str, int | None, int | None, int, int, int | None]


def load_preset_records(
    session: Session, config_ids: Collection[int]
) -> dict[int, PresetRecord]:
    """The records of mixtures by the ids of their rows; those without one lack.

    A mixture that never ran can have votes: when a synthesis left proposals out, it
    is the smaller mixture that was judged.
    """
    runs_of: dict[int, list[_Run]] = defaultdict(list)
    for run in session.execute(_NEWEST_RUNS, {"config_ids": list(config_ids)}):
        runs_of[run.config_id].append(run)
    by_config = {config_id: _record(runs) for config_id, runs in runs_of.items()}
    for voted in session.execute(_VOTES, {"config_ids": list(config_ids)}):
        record = by_config.get(voted.config_id, UNTRIED)
        by_config[voted.config_id] = replace(record, votes=voted.votes, wins=voted.wins)
    return by_config


def _newest_runs() -> Select[
    int, int, str, int | None, int | None, int, int, int | None
]:
    """Each mixture's newest runs, and how many it has; takes ``config_ids``."""
    any_run = table_of(RunRow).alias().c  # of tables: SQLAlchemy maps classes later
    its_runs = any_run.config_id == ConfigRow.id
    mixtures = (
        select(
            ConfigRow.id.label("config_id"),
            select(func.count(any_run.id))
            .where(its_runs)
            .scalar_subquery()
            .label("run_count"),
            select(any_run.id)
            .where(its_runs)
            .order_by(any_run.id.desc())
            .offset(NEWEST)
            .limit(1)
            .scalar_subquery()
            .label("last_left_out"),
        )
        .where(ConfigRow.id.in_(bindparam("config_ids", expanding=True)))
        .cte("mixtures")
        .prefix_with("MATERIALIZED")  # count once for each mixture, not for each run
    )
    return select(
        RunRow.config_id,
        mixtures.c.run_count,
        RunRow.status,
        RunRow.ttft_ms,
        RunRow.latency_ms,
        RunRow.cost_nusd,
        RunRow.cost_unknown_calls,
        RunRow.based_on_id,
    ).join(
        mixtures,
        and_(
            RunRow.config_id == mixtures.c.config_id,
            RunRow.id > func.coalesce(mixtures.c.last_left_out, 0),
        ),
    )


_NEWEST_RUNS = _newest_runs()

_VOTES = (
    select(
        VoteSideRow.config_id,
        func.count().label("votes"),
        func.count().filter(VoteRow.winner == VoteSideRow.position).label("wins"),
    )
    .join(VoteRow, VoteRow.id == VoteSideRow.vote_id)
    .where(
        VoteSideRow.config_id.in_(bindparam("config_ids", expanding=True)),
        VoteRow.undone_at.is_(None),
    )
    .group_by(VoteSideRow.config_id)
)


def _record(runs: Sequence[_Run]) -> PresetRecord:
    whole = [run for run in runs if run.based_on_id is None]
    ended = [run for run in whole if run.status != "running"]
    succeeded = [run for run in ended if run.status == "succeeded"]
    tried = [run for run in ended if run.status != "stopped"]
    priced = [run.cost_nusd for run in ended if not run.cost_unknown_calls]
    return PresetRecord(
        runs=runs[0].run_count,
        median_ttft_s=_median_s([run.ttft_ms for run in succeeded]),
        median_total_s=_median_s([run.latency_ms for run in succeeded]),
        mean_cost_usd=usd(round(Fraction(sum(priced), len(priced))))
        if priced
        else None,
        unknown_cost_runs=len(ended) - len(priced),
        answered=len(succeeded) / len(tried) if tried else None,
    )


def _median_s(durations_ms: Sequence[int | None]) -> float | None:
    known = [ms for ms in durations_ms if ms is not None]
    return statistics.median(known) / 1000 if known else None
