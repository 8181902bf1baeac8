"""Transactions that must not overlap: looking and then writing as one step.

SQLite lets one transaction write at a time anyway. PostgreSQL lets many, so those that
decide by what they have just read wait for each other here, first of all.
"""

from typing import Literal

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

LockName = Literal["migrations", "spending", "presets", "settings", "totals"]

_OURS = 0x506F_6C79
"""Tells our locks from those of other programs in the same database."""

_NUMBERS: dict[LockName, int] = {
    "migrations": 1,
    "spending": 2,
    "presets": 3,
    "settings": 4,
    "totals": 5,
}


def advisory_lock(writer: Session | Connection, name: LockName) -> None:
    """Take a lock that is held until the end of this transaction.

    Call it before reading what the decision is about.
    """
    if _dialect(writer) == "postgresql":
        lock = func.pg_advisory_xact_lock(_OURS, _NUMBERS[name])
        writer.execute(select(lock))


def _dialect(writer: Session | Connection) -> str:
    bind = writer.get_bind() if isinstance(writer, Session) else writer
    return bind.dialect.name
