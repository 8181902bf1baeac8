"""Marks runs whose process is gone as interrupted; their text so far stays."""

import logging
from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage.database import LEASE_MS, Database, Worker, clock_ms
from storage.recording.run_end import RunEnd, end_run
from storage.schema import RunRow

_log = logging.getLogger(__name__)

_RUNNING = select(RunRow).where(RunRow.status == "running").order_by(RunRow.id)
_UNLOCKED = _RUNNING.with_for_update(skip_locked=True)
"""Without those that somebody is changing: they are not gone, or are being marked."""


def mark_interrupted(database: Database, under_way: Collection[str]) -> int:
    """End every run that nobody works on any more, and count them.

    Args:
        database: Where to look.
        under_way: Uids of the runs that this process is working on.
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
            for run in _gone(session, database.worker, under_way, _UNLOCKED)
        )
    _log.info("marked %d runs as interrupted", ended)
    return ended


def _gone(
    session: Session,
    me: Worker,
    under_way: Collection[str],
    query: Select[RunRow] = _RUNNING,
) -> list[RunRow]:
    now = clock_ms(session)
    gone: list[RunRow] = []
    for run in session.scalars(query):
        silent_ms = now - run.heartbeat_at
        if run.worker == str(me):
            if run.uid not in under_way and silent_ms > LEASE_MS:
                gone.append(run)
        elif not Worker.parse(run.worker).alive(silent_ms):
            gone.append(run)
    return gone
