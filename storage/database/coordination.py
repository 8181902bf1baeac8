"""Keeps processes of one database in step: locks of transactions, and a common clock.

SQLite lets one transaction write at a time anyway, and its processes share a machine's
clock. PostgreSQL lets many write, so those that decide by what they have just read wait
for each other; and replicas on several machines compare heartbeats by its clock.
"""

from typing import Literal, get_args
from zlib import crc32

from sqlalchemy import BigInteger, Connection, cast, func, select
from sqlalchemy.orm import Session

from storage.values import now_ms

LockName = Literal["migrations", "spending", "presets", "settings", "totals", "people"]

_OURS = 0x506F_6C79
"""Tells our locks from those of other programs in the same database."""

_KEYS = 1 << 31

_NUMBERS = {name: number for number, name in enumerate(get_args(LockName), 1)}
_SERVER_MS = select(
    cast(func.extract("epoch", func.clock_timestamp()) * 1000, BigInteger)
)


def advisory_lock(writer: Session | Connection, name: LockName) -> None:
    """Take a lock that is held until the end of this transaction.

    Call it before reading what the decision is about.
    """
    bind = writer.get_bind() if isinstance(writer, Session) else writer
    if bind.dialect.name == "postgresql":
        ours = _ours(bind.get_execution_options().get("own_schema"))
        writer.execute(select(func.pg_advisory_xact_lock(ours, _NUMBERS[name])))


def _ours(schema: str | None) -> int:
    """Locks are of a whole server's database: nobody waits for another schema's."""
    return (_OURS + crc32(schema.encode())) % _KEYS if schema else _OURS


def clock_ms(session: Session) -> int:
    """This moment, in milliseconds since 1970, as all processes agree on it."""
    if session.get_bind().dialect.name != "postgresql":
        return now_ms()
    return session.scalars(_SERVER_MS).one()
