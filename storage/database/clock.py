"""The time that all processes of one database agree on.

Replicas on several machines compare heartbeats, so the server's clock counts where
there is a server; a database file has one machine, and its clock counts.
"""

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from storage.values import now_ms

_SERVER_MS = select(
    cast(func.extract("epoch", func.clock_timestamp()) * 1000, BigInteger)
)


def clock_ms(session: Session) -> int:
    """This moment, in milliseconds since 1970."""
    if session.get_bind().dialect.name != "postgresql":
        return now_ms()
    return session.scalars(_SERVER_MS).one()
