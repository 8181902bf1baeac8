"""Runs under way as an export has them: interrupted at their last sign of life.

Whoever imports them cannot go on with them. Nothing is changed here: the runs go on.
It must come to what ``run_ends`` would write; a test compares the two.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.settings import FREE_ENDPOINTS
from storage.runs import free_columns
from storage.schema import CallRow, ConversationRow, RunRow, table_of
from storage.transfer.export_rows import Changes

_SUMMED = (
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "reasoning_tokens",
    "cost_nusd",
)


def running_as_interrupted(session: Session) -> Changes:
    """What to write of runs under way, of their calls and their conversations."""
    changes: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    running = select(RunRow).where(RunRow.status == "running").order_by(RunRow.id)
    for run in session.scalars(running).all():
        calls = _calls(session, run, changes["calls"])
        totals = _totals(calls)
        changes["runs"][run.id] = {
            "status": "interrupted",
            "finished_at": run.heartbeat_at,
            "reserved_nusd": 0,
            **totals,
        }
        talk = session.get_one(ConversationRow, run.conversation_id)
        _add(changes["conversations"], talk, run.heartbeat_at, totals)
    return changes


def _calls(
    session: Session, run: RunRow, changes: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The calls as they would end; what that changes goes into ``changes``."""
    rows = session.execute(
        select(table_of(CallRow)).where(CallRow.run_id == run.id)
    ).mappings()
    ended = []
    for row in rows:
        change: dict[str, Any] = {}
        if row["status"] == "running":
            lasted_ms = run.heartbeat_at - run.created_at - row["started_ms"]
            free = free_columns() if row["endpoint"] in FREE_ENDPOINTS else {}
            change = {
                **free,
                "status": "interrupted",
                "duration_ms": max(lasted_ms, 0),
            }
            changes[row["id"]] = change
        ended.append({**row, **change})
    return ended


def _totals(calls: list[dict[str, Any]]) -> dict[str, int]:
    ok = sum(call["status"] == "succeeded" for call in calls)
    return {
        "calls_ok": ok,
        "calls_failed": len(calls) - ok,
        **{name: sum(call[name] or 0 for call in calls) for name in _SUMMED},
        "usage_unknown_calls": sum(call["input_tokens"] is None for call in calls),
        "cost_unknown_calls": sum(call["cost_nusd"] is None for call in calls),
    }


def _add(
    changes: dict[int, dict[str, Any]],
    talk: ConversationRow,
    at_ms: int,
    totals: dict[str, int],
) -> None:
    """Count a run among the ended ones; a duel has several of them under way."""
    so_far = changes.get(talk.id, {})
    changes[talk.id] = {
        "updated_at": max(so_far.get("updated_at", talk.updated_at), at_ms),
        "run_count": so_far.get("run_count", talk.run_count) + 1,
        **{
            name: so_far.get(name, getattr(talk, name)) + totals[name]
            for name in ("cost_nusd", "cost_unknown_calls")
        },
    }
