"""Proves that the sums by day are those of the calls."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.schema.columns import table_of
from storage.schema.spend_tables import SpendDayRow
from storage.spending.call_sums import RUNS, sum_calls


def difference(session: Session) -> int:
    """How many rows of ``spend_days`` are not what the calls add up to; 0 if right."""
    stored = session.execute(select(table_of(SpendDayRow))).all()
    true = session.execute(sum_calls(RUNS.c.status != "running")).all()
    return len({tuple(row) for row in stored} ^ {tuple(row) for row in true})
