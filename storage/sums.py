"""Sums that are whole numbers on every database; of nothing they are zero."""

from typing import Any

from sqlalchemy import BigInteger, cast, func
from sqlalchemy.sql import ColumnElement


def total(column: Any) -> ColumnElement[int]:  # noqa: ANN401 - any column or expression
    """The sum of a column; PostgreSQL by itself would answer with a decimal."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
