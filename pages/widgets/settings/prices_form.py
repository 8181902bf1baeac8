"""The user's own prices, where the list has none or not what they pay."""

from decimal import Decimal

import streamlit as st

from moa_core.settings import OwnPrice
from pages.widgets.formatting import attempt
from pages.widgets.markdown import plain_label
from services import Services

_MODEL, _INPUT, _OUTPUT = "price model", "price input", "price output"


def prices_form(app: Services, refs: list[str]) -> None:
    """Draw every own price, and a row to add one.

    Args:
        app: Where prices are kept.
        refs: Models that can be chosen, each ``endpoint/model``.
    """
    for ref, price in app.app_settings.own_prices().items():
        _price(app, ref, price)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    row.selectbox(
        "Model",
        refs,
        index=None,
        key=_MODEL,
        accept_new_options=True,
        placeholder="endpoint/model",
    )
    for key, label in (
        (_INPUT, "Input, $ a million"),
        (_OUTPUT, "Output, $ a million"),
    ):
        row.number_input(
            label, min_value=0.0, value=None, step=0.01, format="%.4f", key=key
        )
    row.button("Set price", icon=":material/add:", on_click=attempt, args=(_add, app))


def _price(app: Services, ref: str, price: OwnPrice) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    into, out = price.input_usd_per_mtok, price.output_usd_per_mtok
    row.markdown(
        f"**{plain_label(ref)}** · \\${into} in, \\${out} out a million tokens",
        width="stretch",
    )
    row.button(
        ":material/delete:",
        key=f"price-{ref}",
        type="tertiary",
        help="Forget this price",
        on_click=attempt,
        args=(_remove, app, ref),
    )


def _add(app: Services) -> None:
    ref = st.session_state[_MODEL]
    amounts = [st.session_state[key] for key in (_INPUT, _OUTPUT)]
    if not ref or None in amounts:
        st.toast("Choose a model and give both prices.", icon=":material/info:")
        return
    into, out = (Decimal(str(amount)) for amount in amounts)
    price = OwnPrice(input_usd_per_mtok=into, output_usd_per_mtok=out)
    app.set_own_prices({**app.app_settings.own_prices(), ref: price})


def _remove(app: Services, ref: str) -> None:
    prices = dict(app.app_settings.own_prices())
    prices.pop(ref, None)
    app.set_own_prices(prices)
