"""Adds up tokens and money; what is unknown stays unknown."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

UsageSource = Literal["reported", "estimated", "none"]

NANO_USD = Decimal("0.000000001")
"""The smallest amount we keep: one nano-dollar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens that one or more calls consumed.

    Attributes:
        input_tokens: Known prompt tokens, cached ones included.
        output_tokens: Known completion tokens, reasoning ones included.
        cached_input_tokens: Part of ``input_tokens`` read from the provider's cache.
        cache_write_tokens: Part of ``input_tokens`` written to it, as far as reported.
        cache_known_tokens: Part of ``input_tokens`` whose provider said how much of it
            was read from its cache; of the others nobody knows.
        reasoning_tokens: Part of ``output_tokens`` spent on reasoning.
        source: ``reported`` by the provider, ``estimated`` by us (then at least one
            figure is an estimate), or ``none`` where no token was used.
        unknown_calls: Calls whose tokens nobody knows; a total with one is partial.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    cache_known_tokens: int = 0
    reasoning_tokens: int = 0
    source: UsageSource = "none"
    unknown_calls: int = 0

    @property
    def total_tokens(self) -> int:
        """Known tokens in and out."""
        return self.input_tokens + self.output_tokens

    @property
    def cached_share(self) -> float | None:
        """What share of the input came from a cache, 0..1; ``None`` if nobody knows."""
        known = self.cache_known_tokens
        return self.cached_input_tokens / known if known else None

    def __add__(self, other: "Usage") -> "Usage":
        order: tuple[UsageSource, ...] = ("none", "reported", "estimated")
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_input_tokens=self.cached_input_tokens + other.cached_input_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            cache_known_tokens=self.cache_known_tokens + other.cache_known_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            source=max(self.source, other.source, key=order.index),
            unknown_calls=self.unknown_calls + other.unknown_calls,
        )


UNKNOWN_USAGE = Usage(unknown_calls=1)
"""The usage of one call of which nothing was reported, for example after a crash."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Money spent: a known part, and how many calls have an unknown one.

    Attributes:
        usd: US dollars that are known to be spent.
        unknown_calls: Calls whose price is unknown; never counted as zero.
    """

    usd: Decimal = Decimal(0)
    unknown_calls: int = 0

    @property
    def total_usd(self) -> Decimal | None:
        """The whole cost, or ``None`` when a part of it is unknown."""
        return None if self.unknown_calls else self.usd

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.usd + other.usd, self.unknown_calls + other.unknown_calls)

    def __str__(self) -> str:
        """``$0.0031``, ``$0.0031 + unknown`` or ``unknown``."""
        if not self.unknown_calls:
            return _dollars(self.usd)
        return f"{_dollars(self.usd)} + unknown" if self.usd else "unknown"


FREE = Cost(Decimal(0))
UNKNOWN_COST = Cost(Decimal(0), unknown_calls=1)


def _dollars(usd: Decimal) -> str:
    if not usd:
        return "$0"
    if usd < Decimal("0.0001"):
        return "<$0.0001"
    return f"${usd:,.2f}" if usd >= 1 else f"${usd:.4f}"
