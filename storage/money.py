"""Dollars as whole nano-dollars, so that a database adds them up exactly."""

from decimal import Decimal

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
