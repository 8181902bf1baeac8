"""Tells the browser what each token costs that is typed into the composer.

The range at the composer then follows what is typed, without a request for each letter:
``frontend/src/composer/typed_price.js`` adds it up.
"""

from collections.abc import Callable, Sequence
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.messages import Message, Question
from moa_core.mixture import MoAConfig
from moa_core.plan import Estimate, estimate
from moa_core.pricing import PriceBook
from moa_core.tokens import COSTS, COSTS_BEYOND_ASCII, estimate_tokens
from pages.component import price_component
from pages.widgets.formatting import figures

_TYPED: Final = Question("lorem " * 100)
"""Says nothing about how long its answer will be, as nothing typed does."""

_TOKENS: Final = estimate_tokens(_TYPED.text)

_COSTS: Final = [
    (
        pattern.pattern.replace(r"\w", r"\p{L}\p{N}_")
        .replace(r"\U00010000", r"\u{10000}")
        .replace(r"\U0010ffff", r"\u{10ffff}"),
        tokens,
    )
    for pattern, tokens in COSTS + COSTS_BEYOND_ASCII
]
"""What counts as tokens, as JavaScript writes the patterns, and how many each is."""


def typed_price(
    place: DeltaGenerator,
    config: MoAConfig,
    messages: Callable[[Question], Sequence[Message]],
    prices: PriceBook,
    nothing_typed: Estimate,
    sees: Callable[[str], bool | None] = lambda ref: None,
) -> None:
    """Draw, where nobody sees it, what the range of ``nothing_typed`` grows by.

    Args:
        place: Where it stands, unseen.
        config: The mixture that answers next.
        messages: What layer 1 receives with a question.
        prices: Where costs come from.
        nothing_typed: What an empty question would cost.
        sees: Whether a model is sent the images that are attached.
    """
    low, high = nothing_typed.low, nothing_typed.high
    typed = estimate(config, messages(_TYPED), prices, sees=sees)
    if typed.high.usd == high.usd:  # free, or unknown
        return
    told = {
        "costs": _COSTS,
        "shown": figures.plain(figures.money_range(low, high)),
        "low": float(low.usd),
        "high": float(high.usd),
        "lowPerToken": float(typed.low.usd - low.usd) / _TOKENS,
        "highPerToken": float(typed.high.usd - high.usd) / _TOKENS,
        "unknown": bool(high.unknown_calls),
    }
    price_component(place, told, key="typed-price")
