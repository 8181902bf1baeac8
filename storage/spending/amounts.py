"""Amounts of calls, tokens and money that add up, and groups of calls with them."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self, TypeAlias

from moa_core.usage import FREE, Cost
from storage.spending.call_sums import CallDisposition
from storage.values import usd

Role: TypeAlias = Literal["proposer", "aggregator", "provisional", "judge", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What some calls add up to.

    Attributes:
        calls: Requests that were made, retried attempts included.
        cost: As far as it is known; calls of unknown cost are counted.
        usage_unknown_calls: Calls whose tokens nobody knows: they are in no sum.
        usage_estimated_calls: Calls whose tokens, and so cost, were estimated.
        cached_input_tokens: Of the input tokens.
        cache_known_tokens: Of the input tokens, those of calls whose provider said how
            many came from its cache.
        cache_saved_nusd: What the cached ones cost less than at full price.
        cache_extra_nusd: What those that were written to a cache cost more.
        reasoning_tokens: Of the output tokens.
    """

    calls: int = 0
    cost: Cost = FREE
    usage_unknown_calls: int = 0
    usage_estimated_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    reasoning_tokens: int = 0
    cache_known_tokens: int = 0
    cache_saved_nusd: int = 0
    cache_extra_nusd: int = 0

    @property
    def cached_share(self) -> float | None:
        """What share of the input came from a cache, 0..1; ``None`` if nobody knows."""
        known = self.cache_known_tokens
        return min(1.0, self.cached_input_tokens / known) if known else None

    @property
    def cache_saved_usd(self) -> Decimal:
        """What caching saved against full price; below zero where it cost more."""
        return usd(self.cache_saved_nusd - self.cache_extra_nusd)

    def __add__(self, other: Self) -> Self:
        names = (field.name for field in dataclasses.fields(self))
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return replace(self, **sums)


NOTHING = Amount()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Selects calls by their fields; ``None`` matches any value.

    Attributes:
        preset: What the mixture was called when it ran; ``""``: it had no name.
        model: As it was asked for, without its endpoint.
        disposition: How the call ended, as ``storage.spending.call_sums`` names it.
    """

    preset: str | None = None
    endpoint: str | None = None
    model: str | None = None
    role: Role | None = None
    disposition: CallDisposition | None = None

    @property
    def criteria(self) -> dict[str, str]:
        """The fields that have to match, by name."""
        fields = dataclasses.asdict(self).items()
        return {name: value for name, value in fields if value is not None}


CALL_FIELDS = tuple(field.name for field in dataclasses.fields(CallFilter))


@dataclass(frozen=True, slots=True)
class SpendGroup:
    """What the calls have cost that agree in every field of a ``CallFilter``."""

    call_filter: CallFilter
    amount: Amount


@dataclass(frozen=True, slots=True)
class KindSpend:
    """What the runs in conversations of one kind have cost."""

    kind: str
    runs: int
    cost: Cost


@dataclass(frozen=True, slots=True)
class Day:
    """What the runs that began on one day of the calendar have cost."""

    day: date
    runs: int
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendBreakdown:
    """What a span of time has cost.

    Attributes:
        groups: Disjoint; together they are everything whose conversation is there.
        erased: What runs had cost whose conversations were deleted for good.
    """

    groups: tuple[SpendGroup, ...]
    erased: Amount

    @property
    def total(self) -> Amount:
        """All of it."""
        return sum((group.amount for group in self.groups), self.erased)

    def of(self, call_filter: CallFilter) -> Amount:
        """What the calls that match ``call_filter`` add up to."""
        wanted = call_filter.criteria.items()
        matching = (
            group.amount
            for group in self.groups
            if all(getattr(group.call_filter, name) == value for name, value in wanted)
        )
        return sum(matching, NOTHING)

    def by(self, *names: str) -> list[SpendGroup]:
        """The groups merged by these fields of ``CallFilter``, most expensive first."""
        amounts: dict[CallFilter, Amount] = defaultdict(lambda: NOTHING)
        for group in self.groups:
            fields: dict[str, Any] = {
                name: getattr(group.call_filter, name) for name in names
            }
            amounts[CallFilter(**fields)] += group.amount
        groups = [SpendGroup(key, amount) for key, amount in amounts.items()]
        return sorted(
            groups,
            key=lambda group: (
                -group.amount.cost.usd,
                -group.amount.calls,
                *(value or "" for value in dataclasses.astuple(group.call_filter)),
            ),
        )


def cost_of_days(days: Iterable[Day]) -> Cost:
    """What several days have cost."""
    return sum((day.cost for day in days), FREE)
