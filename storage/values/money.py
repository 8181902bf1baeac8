"""Dollars as whole nano-dollars, so that a database adds them up exactly."""

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, Double, case, cast, func, literal
from sqlalchemy.sql import ColumnElement

from moa_core.usage import NANO_USD, Cost

LARGEST_SUM: Final = 10**18
"""No amount and no sum is larger: a billion dollars, or as many tokens. Two of them
still add up in 64 bits."""

_NANO: Final = 10**9


def nano_usd(usd: Decimal) -> int:
    """US dollars as nano-dollars, half to even below one; at most ``LARGEST_SUM``."""
    return int(min(usd, Decimal(LARGEST_SUM // _NANO)).quantize(NANO_USD).scaleb(9))


def usd(nusd: int) -> Decimal:
    """Nano-dollars as US dollars."""
    return Decimal(nusd).scaleb(-9)


def cost(nusd: int | None, unknown_calls: int = 0) -> Cost:
    """A cost from its columns."""
    return Cost(usd(nusd or 0), unknown_calls)


def total(column: Any) -> ColumnElement[int]:  # noqa: ANN401 - any column or expression
    """The sum of a column, at most ``LARGEST_SUM``; NULL counts as nothing.

    Whole numbers add up to an error where 64 bits do not hold them. Floats never do,
    and are exact up to 9e15: nine million dollars, to the nano-dollar.
    """
    return _bounded(func.coalesce(func.sum(cast(column, Double)), 0.0))


def added(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    """The sum of two columns, at most ``LARGEST_SUM``."""
    return _bounded(_bounded(one) + other)


def _bounded(value: ColumnElement[Any]) -> ColumnElement[int]:
    most = literal(LARGEST_SUM, BigInteger)
    return cast(case((value > most, most), else_=value), BigInteger)
