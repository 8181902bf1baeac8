"""Amounts of calls, tokens and money that add up, and groups of calls with them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self, TypeAlias

from moa_core.usage import FREE, Cost
from storage.spending.call_sums import CallDisposition

Role: TypeAlias = Literal["proposer", "aggregator", "judge", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What some calls add up to.

    Attributes:
        calls: Requests that were made, retried attempts included.
        cost: As far as it is known; calls of unknown cost are counted.
        usage_unknown_calls: Calls whose tokens nobody knows: they are in no sum.
        usage_estimated_calls: Calls whose tokens, and so cost, were estimated.
        cached_input_tokens: Of the input tokens.
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

    def __add__(self, other: Self) -> Self:
        return replace(
            self,
            calls=self.calls + other.calls,
            cost=self.cost + other.cost,
            usage_unknown_calls=self.usage_unknown_calls + other.usage_unknown_calls,
            usage_estimated_calls=self.usage_estimated_calls
            + other.usage_estimated_calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_input_tokens=self.cached_input_tokens + other.cached_input_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
        )


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


@dataclass(frozen=True, slots=True)
class SpendGroup:
    """What the calls have cost that agree in every field of a ``CallFilter``."""

    call_filter: CallFilter
    amount: Amount


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
        fitting = (s.amount for s in self.groups if _fits(s.call_filter, call_filter))
        return sum(fitting, NOTHING)

    def by(self, key: Callable[[CallFilter], CallFilter]) -> list[SpendGroup]:
        """The groups merged by a coarser key, the most expensive first.

        Args:
            key: Returns the fields to group by; the rest is dropped.

        """
        amounts: dict[CallFilter, Amount] = defaultdict(lambda: NOTHING)
        for group in self.groups:
            amounts[key(group.call_filter)] += group.amount
        groups = [SpendGroup(key, amount) for key, amount in amounts.items()]
        return sorted(groups, key=_dearest_first)


def by_model(call_filter: CallFilter) -> CallFilter:
    """A model as one endpoint serves it: elsewhere it may cost another price."""
    return CallFilter(endpoint=call_filter.endpoint, model=call_filter.model)


def by_role(call_filter: CallFilter) -> CallFilter:
    """Proposers, aggregators."""
    return CallFilter(role=call_filter.role)


def by_preset(call_filter: CallFilter) -> CallFilter:
    """Mixtures by name; those without one together."""
    return CallFilter(preset=call_filter.preset)


def by_endpoint(call_filter: CallFilter) -> CallFilter:
    """Where models are served."""
    return CallFilter(endpoint=call_filter.endpoint)


def by_disposition(call_filter: CallFilter) -> CallFilter:
    """What became of calls, proposers and aggregators apart."""
    return CallFilter(role=call_filter.role, disposition=call_filter.disposition)


def cost_of_days(days: Iterable[Day]) -> Cost:
    """What several days have cost."""
    return sum((day.cost for day in days), FREE)


def _fits(one: CallFilter, wanted: CallFilter) -> bool:
    pairs = (
        (one.preset, wanted.preset),
        (one.endpoint, wanted.endpoint),
        (one.model, wanted.model),
        (one.role, wanted.role),
        (one.disposition, wanted.disposition),
    )
    return all(asked is None or its == asked for its, asked in pairs)


def _dearest_first(group: SpendGroup) -> tuple[object, ...]:
    amount, call_filter = group.amount, group.call_filter
    named = (
        call_filter.preset,
        call_filter.endpoint,
        call_filter.model,
        call_filter.role,
        call_filter.disposition,
    )
    return -amount.cost.usd, -amount.calls, *(name or "" for name in named)
