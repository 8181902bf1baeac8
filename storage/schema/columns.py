"""Defines the types of columns, and the root of the schema.

Times are milliseconds since 1970 UTC, durations milliseconds, money whole
nano-dollars. NULL money or tokens are unknown, never zero. ``id`` stays inside;
``uid`` is random and stands in URLs.
"""

from typing import Annotated, Any, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

_BigId = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(_BigId, primary_key=True)]
Uid = Annotated[str, mapped_column(String(32), unique=True)]
Sha256 = Annotated[str, mapped_column(String(64))]
Word = Annotated[str, mapped_column(String(16))]
Prose = Annotated[str, mapped_column(Text)]
Ms = Annotated[int, mapped_column(BigInteger)]
Tokens = Annotated[int, mapped_column(BigInteger)]
NanoUsd = Annotated[int, mapped_column(BigInteger)]
Count = Annotated[int, mapped_column(BigInteger, default=0, server_default="0")]


def where(condition: str) -> dict[str, Any]:
    """For an index over some of the rows only, on either kind of database."""
    return {"sqlite_where": text(condition)}  # and see ``_where_on_postgresql``


def one_of(column: str, *words: str) -> CheckConstraint:
    """Only these words may stand in a column."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def not_negative(*columns: str) -> CheckConstraint:
    """None of these columns may be below zero."""
    return CheckConstraint(
        " AND ".join(f"{column} >= 0" for column in columns), name="not_negative"
    )


class Base(DeclarativeBase):
    """Root of the schema; constraints have names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


@event.listens_for(Base.metadata, "before_create")
def _where_on_postgresql(
    metadata: MetaData, connection: Connection, **_options: object
) -> None:
    """Have it leave out the same rows.

    Said in the tables themselves, it would load all of SQLAlchemy's PostgreSQL at each
    start of the app, whose tables are made by migrations.
    """
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.tables.values():
        for index in table.indexes:
            condition = index.dialect_options["sqlite"]["where"]
            index.dialect_options["postgresql"]["where"] = condition


def table_of(row: type[Base]) -> Table:
    """The bare table of a class: far cheaper to write to than the class."""
    return cast(Table, row.__table__)
