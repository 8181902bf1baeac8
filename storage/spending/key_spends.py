"""Sums what was asked for with each key of the API."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from moa_core.usage import Cost
from storage.schema import ApiKeyRow, ApiRunRow, table_of
from storage.spending.call_sums import RUNS
from storage.values import TimeSpan, cost, total

OTHER_KEY: Final = "another machine's key"
"""What a key is called of which only the uid is known."""

ASKED: Final = table_of(ApiRunRow)
API_KEYS: Final = table_of(ApiKeyRow)


@dataclass(frozen=True, slots=True)
class KeySpend:
    """What the runs that were asked for with one key have cost.

    Attributes:
        name: What the key is called; ``None`` if it is another machine's.
    """

    key_uid: str
    name: str | None
    runs: int
    cost: Cost


def key_spends(session: Session, span: TimeSpan) -> list[KeySpend]:
    """Every key with an ended run that began then, the dearest first."""
    rows = session.execute(_BY_KEY.where(*span.holds(RUNS.c.created_at)))
    keys = [KeySpend(uid, name, runs, cost(*sums)) for uid, name, runs, *sums in rows]
    return sorted(keys, key=lambda each: (-each.cost.usd, -each.runs, each.key_uid))


def asked_with(key_uid: str) -> ColumnElement[bool]:
    """Whether a run was asked for with a key."""
    return RUNS.c.id.in_(select(ASKED.c.run_id).where(ASKED.c.key_uid == key_uid))


_BY_KEY = (
    select(
        ASKED.c.key_uid,
        API_KEYS.c.name,
        func.count(),
        total(RUNS.c.cost_nusd),
        total(RUNS.c.cost_unknown_calls),
    )
    .join_from(ASKED, RUNS, RUNS.c.id == ASKED.c.run_id)
    .outerjoin(API_KEYS, API_KEYS.c.uid == ASKED.c.key_uid)
    .where(RUNS.c.status != "running")
    .group_by(ASKED.c.key_uid, API_KEYS.c.name)
)
