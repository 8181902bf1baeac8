"""Offers what is connected, with its price, while simulated models are in hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from moa_core.mixture import Preset
from moa_core.plan import Beginning, price_of_a_question, real_beginnings
from moa_core.pricing import PriceBook
from moa_core.providers import EndpointInfo, Endpoints
from pages.widgets.formatting import attempt, counted, figures, redraw
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.preset_choice import use_preset
from pages.widgets.mixture.state import current_mixture
from storage.settings import AppSettings

LOOK_EVERY_S = 3.0


@dataclass(slots=True)
class Offers:
    """What could answer instead of simulated models.

    Attributes:
        endpoints: As this browser session sees them.
        prices: Where costs come from.
        app_settings: Remember which offers were declined.
        infos: What is known of the endpoints when this is made. All of a page is drawn
            from it, so that what becomes known meanwhile is seen to be new.
    """

    endpoints: Endpoints
    prices: PriceBook
    app_settings: AppSettings
    infos: tuple[EndpointInfo, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.infos = self.endpoints.infos()

    def real(self) -> list[Beginning]:
        """The best preset of what is connected, and that of a local server."""
        return real_beginnings(self.infos, self.prices, unpriced=True)

    def cost(self, preset: Preset) -> str:
        """``about $0.01 to $0.08 a question``, ``free`` or ``cost unknown``."""
        price = price_of_a_question(preset.config, self.prices)
        known = price.high.usd and not price.high.unknown_calls
        per = " a question" if known else ""
        return f"{figures.about(price.low, price.high)}{per}"


def draw_offer(offers: Offers) -> None:
    """Draw the card that offers what is connected, unless it was declined."""
    beginning = offer(offers) if current_mixture().is_demo else None
    if beginning is None:
        return
    preset, names = beginning.preset, sorted(beginning.preset.config.endpoints)
    infos = [info for info in offers.infos if info.name in names]
    with st.container(border=True, gap="small", key="offer"):
        state = {True: "running on this machine", False: "connected"}
        connected = (
            f"**{plain_label(info.label)}** is {state[info.origin == 'found']}, "
            f"{counted(len(info.models.models), 'model')}."
            for info in infos
        )
        st.markdown(f":material/bolt: {' '.join(connected)}")
        row = st.container(horizontal=True, gap="small")
        row.button(
            f"Use {plain_label(preset.title, limit=60)}, {offers.cost(preset)}",
            key="offer-use",
            type="primary",
            on_click=use_preset,
            args=(preset,),
        )
        row.button(
            "Stay with the demo",
            key="offer-decline",
            on_click=attempt,
            args=(offers.app_settings.decline_offers, names),
        )


def offer(offers: Offers) -> Beginning | None:
    """The first that was not declined; ``None``: nothing is connected, or all were."""
    found = offers.real()
    declined = offers.app_settings.declined_offers() if found else frozenset()
    wanted = (each for each in found if each.preset.config.endpoints - declined)
    return next(wanted, None)


def look_for_offers(offers: Offers, look: Callable[[], None]) -> None:
    """Look now and then for what was connected since, and draw the page anew.

    A local server that was still loading its model, or was just started, is found so.

    Args:
        offers: What is there.
        look: Asks what has not answered yet, and looks for local servers.
    """
    if not current_mixture().is_demo:
        return

    @st.fragment(run_every=LOOK_EVERY_S)
    def follow() -> None:
        look()
        if _known(offers.endpoints.infos()) != _known(offers.infos):
            redraw()

    follow()


def _known(infos: Sequence[EndpointInfo]) -> list[tuple[str, bool, int]]:
    return [(info.name, info.connected, len(info.models.models)) for info in infos]
