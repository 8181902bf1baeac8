"""Runs whose process is gone: marked as interrupted, with the text that had arrived."""

import logging
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.run_ends import RunEnd, end_run
from storage.tables import RunRow
from storage.times import now_ms
from storage.workers import LEASE_MS, Worker

_log = logging.getLogger(__name__)


def mark_interrupted(database: Database, under_way: Collection[str]) -> int:
    """End every run that nobody works on any more.

    Args:
        database: Where to look.
        under_way: Uids of the runs that this process is working on.

    Returns:
        How many there were.
    """
    with database.reading() as session:
        if not _gone(session, database.worker, under_way):
            return 0
    with database.writing() as session:
        ended = sum(
            end_run(
                session,
                run.id,
                run.worker,
                RunEnd(status="interrupted", at_ms=run.heartbeat_at, columns={}),
            )
            for run in _gone(session, database.worker, under_way)
        )
    _log.info("marked %d runs as interrupted", ended)
    return ended


def _gone(session: Session, me: Worker, under_way: Collection[str]) -> list[RunRow]:
    running = session.scalars(select(RunRow).where(RunRow.status == "running"))
    return [run for run in running if _is_gone(run, me, under_way)]


def _is_gone(run: RunRow, me: Worker, under_way: Collection[str]) -> bool:
    silent_ms = now_ms() - run.heartbeat_at
    if run.worker == str(me):
        return run.uid not in under_way and silent_ms > LEASE_MS
    return not Worker.parse(run.worker).alive(silent_ms)
