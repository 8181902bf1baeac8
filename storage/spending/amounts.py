"""What was spent, as values that add up: amounts, and the shares they consist of."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self, TypeAlias

from moa_core.usage import FREE, Cost
from storage.spending.call_sums import Fate

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
class Which:
    """Some of all calls: those that are like this; ``None`` is any.

    Attributes:
        preset: What the mixture was called when it ran; ``""``: it had no name.
        model: As it was asked for, without its endpoint.
        fate: What became of the call, as ``storage.spending.call_sums`` names it.
    """

    preset: str | None = None
    endpoint: str | None = None
    model: str | None = None
    role: Role | None = None
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """The part of what was spent that is alike in all that one asks spending by."""

    which: Which
    amount: Amount


@dataclass(frozen=True, slots=True)
class Day:
    """What the runs that began on one day of the calendar have cost."""

    day: date
    runs: int
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a span of time has cost.

    Attributes:
        shares: Disjoint; together they are everything whose conversation is there.
        erased: What runs had cost whose conversations were deleted for good.
    """

    shares: tuple[Share, ...]
    erased: Amount

    @property
    def total(self) -> Amount:
        """All of it."""
        return sum((share.amount for share in self.shares), self.erased)

    def of(self, which: Which) -> Amount:
        """The part that is like ``which``."""
        fitting = (s.amount for s in self.shares if _fits(s.which, which))
        return sum(fitting, NOTHING)

    def by(self, alike: Callable[[Which], Which]) -> list[Share]:
        """The shares put together, the dearest first.

        Args:
            alike: What of a share's nature one asks for; the rest is dropped.
        """
        amounts: dict[Which, Amount] = defaultdict(lambda: NOTHING)
        for share in self.shares:
            amounts[alike(share.which)] += share.amount
        shares = [Share(which, amount) for which, amount in amounts.items()]
        return sorted(shares, key=_dearest_first)


def by_model(which: Which) -> Which:
    """A model as one endpoint serves it: elsewhere it may cost another price."""
    return Which(endpoint=which.endpoint, model=which.model)


def by_role(which: Which) -> Which:
    """Proposers, aggregators."""
    return Which(role=which.role)


def by_preset(which: Which) -> Which:
    """Mixtures by name; those without one together."""
    return Which(preset=which.preset)


def by_endpoint(which: Which) -> Which:
    """Where models are served."""
    return Which(endpoint=which.endpoint)


def by_fate(which: Which) -> Which:
    """What became of calls, proposers and aggregators apart."""
    return Which(role=which.role, fate=which.fate)


def cost_of(days: Iterable[Day]) -> Cost:
    """What several days have cost."""
    return sum((day.cost for day in days), FREE)


def _fits(one: Which, wanted: Which) -> bool:
    pairs = (
        (one.preset, wanted.preset),
        (one.endpoint, wanted.endpoint),
        (one.model, wanted.model),
        (one.role, wanted.role),
        (one.fate, wanted.fate),
    )
    return all(asked is None or its == asked for its, asked in pairs)


def _dearest_first(share: Share) -> tuple[object, ...]:
    amount, which = share.amount, share.which
    named = (which.preset, which.endpoint, which.model, which.role, which.fate)
    return -amount.cost.usd, -amount.calls, *(name or "" for name in named)
