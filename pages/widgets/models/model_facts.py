"""Looks up a model's price and context length, and whether it is there."""

from dataclasses import dataclass

from moa_core.mixture import AgentSpec
from moa_core.pricing import Price, PriceBook
from moa_core.providers import Endpoints
from pages.widgets.formatting import SEPARATOR


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Looks models up.

    Attributes:
        endpoints: As this browser session sees them.
        prices: Where prices come from.
        refs: Models that can be chosen, each ``endpoint/model``.
    """

    endpoints: Endpoints
    prices: PriceBook
    refs: list[str]

    def ref_of(self, typed: str) -> str:
        """The model that is meant by what somebody typed: its ref, or part of it."""
        if typed in self.refs or "/" in typed:
            return typed
        named = [ref for ref in self.refs if ref.rpartition("/")[2] == typed]
        like = [ref for ref in self.refs if typed.lower() in ref.lower()]
        return next(iter([*named, *like]), typed)

    def line(self, agent: AgentSpec) -> str:
        """``128k context · $0.15 in / $2 out per 1M``, as far as it is known."""
        tokens = self.endpoints.models_of(agent.endpoint).context_tokens(agent.model)
        price = _price(self.prices.price_of(agent.endpoint, agent.model))
        return f"{tokens // 1000:,}k context{SEPARATOR}{price}" if tokens else price

    def presence(self, agent: AgentSpec) -> str:
        """A badge where it may be missing: not available, no key, or not checked."""
        infos = {info.name: info for info in self.endpoints.infos()}
        info = infos.get(agent.endpoint)
        if info is None:
            return ":red-badge[endpoint not set up]"
        if not info.connected:
            return ":orange-badge[no key]"
        known = self.endpoints.knows(agent.ref)
        if known is None:
            return ":gray-badge[not checked]"
        return "" if known else ":orange-badge[not available]"


def _price(price: Price | None) -> str:
    if price is None:
        return "price unknown"
    if not price.input_usd_per_mtok and not price.output_usd_per_mtok:
        return "free"
    into, out = price.input_usd_per_mtok, price.output_usd_per_mtok
    in_usd, out_usd = (f"{usd:.2f}".removesuffix(".00") for usd in (into, out))
    return f"\\${in_usd} in / \\${out_usd} out per 1M"
