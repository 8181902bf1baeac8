"""Opens PostgreSQL: its settings, transactions and texts."""

from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event
from sqlalchemy.pool import Pool, QueuePool

from storage.database.address import SCHEMA, schema_of
from storage.values import clean

WRITING = MappingProxyType({"isolation_level": "READ COMMITTED"})
"""Every statement sees what was committed before it, so locks are taken first."""

READING = MappingProxyType(
    {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
)
"""All statements see the same moment."""

_CONNECTING = {
    "application_name": "polyphony",
    "connect_timeout": "5",
    "tcp_user_timeout": "20000",  # a host that is gone must not stop the recorder
    # A replica that froze in a transaction must not hold up the others for ever; and a
    # plan that is good for all words alike is ten times too slow for some.
    "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s "
    "-c plan_cache_mode=force_custom_plan",
}
"""What ``DATABASE_URL`` may set otherwise, as ``?connect_timeout=20``."""

_ONE_PERSON = {"pool_size": 1, "max_overflow": 14}
"""Of a schema, of which a server may have many: one connection stays."""

_SIZES = {"pool_size": 5, "max_overflow": 15}
"""A server allows 100 connections unless told otherwise: room for five replicas."""


def postgresql_engine(url: URL, *, pool: type[Pool] = QueuePool) -> Engine:
    """An engine whose connections are set up our way.

    Args:
        url: ``postgresql+psycopg://...``.
        pool: ``NullPool`` for a connection that must be gone when closed.
    """
    schema = schema_of(url)
    url = url.difference_update_query([SCHEMA])
    own = {key: each for key, each in _CONNECTING.items() if key not in url.query}
    if schema:  # and no other: a table that is missing is never found elsewhere
        options = own.get("options") or url.query["options"]
        own["options"] = f"{options} -c search_path={schema}"
    engine = create_engine(
        url,
        poolclass=pool,
        pool_pre_ping=True,  # the server may have restarted
        hide_parameters=True,  # what users write does not belong into logs
        connect_args=own,
        isolation_level="READ COMMITTED",
        **({} if pool is NullPool else _ONE_PERSON if schema else _SIZES),
    )
    engine.update_execution_options(own_schema=schema)

    @event.listens_for(engine, "connect")
    def clean_every_text(connection: Any, _record: object) -> None:  # noqa: ANN401 - DBAPI
        """What an address bar holds may be no text here; then it finds nothing."""
        connection.adapters.register_dumper(str, _clean_dumper())

    return engine


@cache
def _clean_dumper() -> type:
    from psycopg.types.string import StrDumperUnknown  # imported when it is needed

    class CleanDumper(StrDumperUnknown):
        def dump(self, obj: str) -> Any:  # noqa: ANN401 - some buffer
            return super().dump(clean(obj))

    return CleanDumper
