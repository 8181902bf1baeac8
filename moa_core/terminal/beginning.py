"""Begins with what a new chat in the app, or a program, would begin with."""

from collections.abc import Callable

from moa_core.mixture import MoAConfig, Preset
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
    await _look(endpoints)
    beginning = first_mixture(endpoints.infos(), prices, default, last)
    _say(beginning.preset, prices, note)
    return beginning.preset.config


async def best_real_preset(
    endpoints: Endpoints, prices: PriceBook, note: Callable[[str], None]
) -> Preset | None:
    """The best of what is connected, and say so; ``None``: nothing real is."""
    await _look(endpoints)
    beginning = first_mixture(endpoints.infos(), prices)
    if beginning.kind == "demo":
        return None
    _say(beginning.preset, prices, note)
    return beginning.preset


async def _look(endpoints: Endpoints) -> None:
    """Look for local servers, and at the models of all."""
    await endpoints.find_local()
    await endpoints.refresh()


def _say(preset: Preset, prices: PriceBook, note: Callable[[str], None]) -> None:
    price = price_of_a_question(preset.config, prices)
    low, high = str(price.low), str(price.high)
    expected = f"about {low} to {high}" if low != high else f"cost {low}"
    asked = preset.title if preset.config.is_demo else f"{preset.title}, {expected}"
    note(f"Asking {asked}. --preset names another one.")
