"""Begins with the mixture that a new chat in the app would begin with."""

from collections.abc import Callable

from moa_core.mixture import MoAConfig
from moa_core.plan import first_mixture, price_of_a_question
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.settings import Settings
from moa_core.terminal.kept import Kept


async def mixture_to_begin_with(
    endpoints: Endpoints,
    prices: PriceBook,
    kept: Kept,
    settings: Settings,
    note: Callable[[str], None],
) -> MoAConfig:
    """What a new chat in the app would begin with, and say so."""
    default, last = kept.chosen(settings, note)
    await endpoints.find_local()
    await endpoints.refresh()
    beginning = first_mixture(endpoints.infos(), prices, default, last)
    config, title = beginning.preset.config, beginning.preset.title
    price = price_of_a_question(config, prices)
    low, high = str(price.low), str(price.high)
    expected = f"about {low} to {high}" if low != high else f"cost {low}"
    asked = title if config.is_demo else f"{title}, {expected}"
    note(f"Asking {asked}. --preset names another one.")
    return config
