"""Prices calls. An unknown price stays unknown, never zero.

A price is looked up in this order: the user's own, endpoints that are free of cost,
a few dated prices that the public list lacks, then the genai-prices package, which
carries the public list prices and works offline.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from moa_core.settings import FREE_ENDPOINTS, OwnPrice
from moa_core.usage import FREE, NANO_USD, UNKNOWN_COST, Cost, Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo

_MTOK = Decimal(1_000_000)
_TOGETHER_2024 = "Together's list price in 2024"
_PROVIDER_IDS = {
    "xai": "x-ai",
    "grok": "x-ai",
    "gemini": "google",
    "moonshot": "moonshotai",
}
_BEYOND_OUR_COUNT = ("requests_kcount", "output_reasoning_mtok", "output_citation_mtok")
"""What a few models charge on top; without it their cost would be told too low."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price per token, as it applied to one call.

    Attributes:
        input_usd_per_mtok: US dollars per million input tokens.
        output_usd_per_mtok: US dollars per million output tokens.
        cached_input_usd_per_mtok: The same for input read from the provider's cache;
            ``None`` when there is no discount.
        cache_write_usd_per_mtok: The same for input that is written to it; ``None``
            when that costs no more than other input.
        source: Where the price comes from, in words.
    """

    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal
    cached_input_usd_per_mtok: Decimal | None = None
    cache_write_usd_per_mtok: Decimal | None = None
    source: str

    def cost_of(self, usage: Usage) -> Cost:
        """The cost of ``usage``, to the nano-dollar; unknown tokens cost unknown."""
        if usage.unknown_calls:
            return UNKNOWN_COST
        usd = (
            usage.input_tokens * self.input_usd_per_mtok
            + usage.cached_input_tokens
            * self._beyond_input(self.cached_input_usd_per_mtok)
            + usage.cache_write_tokens
            * self._beyond_input(self.cache_write_usd_per_mtok)
            + usage.output_tokens * self.output_usd_per_mtok
        ) / _MTOK
        return Cost(usd.quantize(NANO_USD))

    def _beyond_input(self, usd_per_mtok: Decimal | None) -> Decimal:
        """How much dearer a token is than fresh input; below zero if it is cheaper."""
        return (
            Decimal(0)
            if usd_per_mtok is None
            else usd_per_mtok - self.input_usd_per_mtok
        )


RATES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cached_input_usd_per_mtok",
    "cache_write_usd_per_mtok",
)
"""The names of a price's rates."""


def _flat(usd_per_mtok: str, source: str) -> Price:
    amount = Decimal(usd_per_mtok)
    return Price(input_usd_per_mtok=amount, output_usd_per_mtok=amount, source=source)


FREE_OF_COST = _flat("0", "free of cost")

RETIRED_PRICES: Mapping[str, Price] = {
    "together/Qwen/Qwen1.5-110B-Chat": _flat("1.80", _TOGETHER_2024),
    "together/Qwen/Qwen1.5-72B-Chat": _flat("0.90", _TOGETHER_2024),
    "together/databricks/dbrx-instruct": _flat("1.20", _TOGETHER_2024),
    "together/meta-llama/Meta-Llama-3-70B-Instruct": _flat("0.90", _TOGETHER_2024),
}
"""Models of the paper that the public list lacks, so that its cost can be told."""


def call_cost(usage: Usage, price: Price | None) -> Cost:
    """The cost of one call; nothing used costs nothing, whatever the price."""
    if not usage.total_tokens and not usage.unknown_calls:
        return FREE
    return price.cost_of(usage) if price else UNKNOWN_COST


CACHED_FROM_TOKENS = 1024
"""From this length on, providers that cache prompts may bill a beginning as read."""


@dataclass(frozen=True, slots=True)
class CachedShare:
    """What share of tokens that a model was sent before came from a cache, 0..1.

    Attributes:
        low: In one of ten calls it was less.
        high: In one of ten calls it was more.
    """

    low: float
    high: float


class PriceBook:
    """Finds the price of any model at any endpoint, or says that it is unknown.

    Args:
        own: The user's own prices, by ``endpoint/model``; they come first.
    """

    def __init__(self, own: Mapping[str, OwnPrice] | None = None) -> None:
        self.use_own(own or {})
        self.use_cached_shares({})

    def use_own(self, own: Mapping[str, OwnPrice]) -> None:
        """Take other prices of the user's from now on, also in runs under way."""
        self._own = {
            ref: Price(
                input_usd_per_mtok=price.input_usd_per_mtok,
                output_usd_per_mtok=price.output_usd_per_mtok,
                source="your own price",
            )
            for ref, price in own.items()
        }

    def use_cached_shares(self, shares: Mapping[str, CachedShare]) -> None:
        """Expect of caches, by ``endpoint/model``, what they have done until now."""
        self._cached_shares = shares

    def cached_share_of(self, endpoint: str, model: str) -> CachedShare | None:
        """What a model's provider has cached until now; ``None`` if nobody knows."""
        return self._cached_shares.get(f"{endpoint}/{model}")

    @staticmethod
    def prepare() -> None:
        """Load the public list, 0.4 s of work, before somebody waits for it."""
        _listed_model("openai", "gpt-4o-mini")

    def price_of(
        self, endpoint: str, model: str, input_tokens: int = 0
    ) -> Price | None:
        """The price of one call, or ``None`` when nobody knows it.

        Args:
            endpoint: Name of the endpoint.
            model: Model as the endpoint spells it.
            input_tokens: Size of the prompt; some models cost more for long ones.
        """
        ref = f"{endpoint}/{model}"
        if ref in self._own:
            return self._own[ref]
        if endpoint in FREE_ENDPOINTS:
            return FREE_OF_COST
        return RETIRED_PRICES.get(ref) or _listed_price(endpoint, model, input_tokens)


def _listed_price(endpoint: str, model: str, input_tokens: int) -> Price | None:
    listed = _listed_model(_PROVIDER_IDS.get(endpoint, endpoint), model)
    if listed is None:
        return None
    prices = vars(listed.get_prices(datetime.now(UTC)))  # some change with the date
    if any(prices.get(unit) is not None for unit in _BEYOND_OUR_COUNT):
        return None
    input_usd = _at(prices.get("input_mtok"), input_tokens)
    output_usd = _at(prices.get("output_mtok"), input_tokens)
    if input_usd is None or output_usd is None:
        return None
    return Price(
        input_usd_per_mtok=input_usd,
        output_usd_per_mtok=output_usd,
        cached_input_usd_per_mtok=_at(prices.get("cache_read_mtok"), input_tokens),
        cache_write_usd_per_mtok=_at(prices.get("cache_write_mtok"), input_tokens),
        source="list price (genai-prices)",
    )


@cache
def _listed_model(provider_id: str, model: str) -> "ModelInfo | None":
    from genai_prices import Usage as Counted  # imported late: 0.4 s of CPU
    from genai_prices import calc_price

    try:
        return calc_price(Counted(), model, provider_id=provider_id).model
    except LookupError:
        return None


def _at(
    price: Any,  # noqa: ANN401 - a Decimal or genai-prices' tiers
    input_tokens: int,
) -> Decimal | None:
    """One amount out of a listed price, which may have tiers."""
    if price is None or isinstance(price, Decimal):
        return price
    amount: Decimal = price.base
    for tier in price.tiers:
        if input_tokens > tier.start:
            amount = tier.price
    return amount
