"""Dollars as whole nano-dollars, so that a database adds them up exactly."""

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, cast, func
from sqlalchemy.sql import ColumnElement

from moa_core.usage import NANO_USD, Cost


def nano_usd(usd: Decimal) -> int:
    """US dollars as nano-dollars, half to even below one."""
    return int(usd.quantize(NANO_USD).scaleb(9))


def usd(nusd: int) -> Decimal:
    """Nano-dollars as US dollars."""
    return Decimal(nusd).scaleb(-9)


def cost(nusd: int | None, unknown_calls: int = 0) -> Cost:
    """A cost from its columns."""
    return Cost(usd(nusd or 0), unknown_calls)


def total(column: Any) -> ColumnElement[int]:  # noqa: ANN401 - any column or expression
    """The sum of a column; PostgreSQL by itself would answer with a decimal."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
