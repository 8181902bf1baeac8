"""Runs as they are kept, loaded whole with few queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.config import MoAConfig
from moa_core.run_state import RunState
from moa_core.usage import Cost
from storage.configs import stored_config
from storage.money import cost
from storage.stored_state import StoredCall, state_of
from storage.tables import CallRow, CallTextRow, ConfigRow, RunRow
from storage.times import moment, now_ms
from storage.workers import Worker


@dataclass(frozen=True, slots=True)
class CostRange:
    """What a run was expected to cost; unknown calls are the same at both ends."""

    low: Cost
    high: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """One run as the database knows it.

    Attributes:
        state: What pages draw; while the run goes on, as of the last save (a second).
        worker_alive: Whether somebody still works on it; ``False`` once it has ended.
        preset_name: What its mixture was called when it ran, if it had a name.
        estimate: Lowest and highest cost that was expected, if anybody had asked.
    """

    uid: str
    state: RunState
    created_at: datetime
    worker_alive: bool
    preset_name: str | None = None
    estimate: CostRange | None = None


def load_runs(session: Session, run_ids: Collection[int]) -> dict[int, StoredRun]:
    """Load runs with their calls and texts, by the ids of their rows."""
    rows = session.execute(
        select(RunRow, ConfigRow.sha256)
        .join(ConfigRow, ConfigRow.id == RunRow.config_id)
        .where(RunRow.id.in_(run_ids))
    ).all()
    configs = _configs(session, {sha256 for _, sha256 in rows})
    calls = _calls(session, run_ids)
    return {
        run.id: _stored_run(run, configs[sha256], calls[run.id]) for run, sha256 in rows
    }


def _stored_run(run: RunRow, config: MoAConfig, calls: list[StoredCall]) -> StoredRun:
    running = run.status == "running"
    silent_ms = now_ms() - run.heartbeat_at
    return StoredRun(
        uid=run.uid,
        state=state_of(config, run, calls),
        created_at=moment(run.created_at),
        worker_alive=running and Worker.parse(run.worker).alive(silent_ms),
        preset_name=run.preset_name,
        estimate=_estimate(run),
    )


def _estimate(run: RunRow) -> CostRange | None:
    low, high = run.estimate_low_nusd, run.estimate_high_nusd
    if low is None or high is None:
        return None
    unknown_calls = run.estimate_unknown_calls or 0
    return CostRange(cost(low, unknown_calls), cost(high, unknown_calls))


def _configs(session: Session, sha256s: Collection[str]) -> dict[str, MoAConfig]:
    rows = session.execute(
        select(ConfigRow.sha256, ConfigRow.config).where(ConfigRow.sha256.in_(sha256s))
    )
    return {sha256: stored_config(config) for sha256, config in rows}


def _calls(session: Session, run_ids: Collection[int]) -> dict[int, list[StoredCall]]:
    rows = session.execute(
        select(CallRow, CallTextRow.output, CallTextRow.reasoning)
        .outerjoin(CallTextRow, CallTextRow.call_id == CallRow.id)
        .where(CallRow.run_id.in_(run_ids))
        .order_by(
            CallRow.run_id, CallRow.layer_index, CallRow.position, CallRow.attempt
        )
    )
    calls: dict[int, list[StoredCall]] = defaultdict(list)
    for row, text, reasoning in rows:
        calls[row.run_id].append(StoredCall(row, text or "", reasoning or ""))
    return calls
