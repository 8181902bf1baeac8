"""Edits the user's own prices, which come before list prices."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.settings import OwnPrice
from pages.widgets.formatting import attempt_at, problem_at
from pages.widgets.layout import icon_only
from pages.widgets.markdown import plain_label

Prices: TypeAlias = Mapping[str, OwnPrice]
_HERE = "own-prices"
_MODEL, _INPUT, _OUTPUT = "price-model", "price-input", "price-output"


def prices_form(
    prices: Prices, set_prices: Callable[[Prices], None], refs: list[str]
) -> None:
    """Draw every own price, and a row to add one.

    Args:
        prices: By ``endpoint/model``.
        set_prices: Replaces them all.
        refs: Models that can be chosen, each ``endpoint/model``.
    """
    for ref, price in prices.items():
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
        into, out = price.input_usd_per_mtok, price.output_usd_per_mtok
        row.markdown(
            f"**{plain_label(ref)}** · \\${into} in / \\${out} out per 1M tokens",
            width="stretch",
        )
        others = {name: other for name, other in prices.items() if name != ref}
        icon_only(row, f"price-{ref}").button(
            f"Delete the price of {plain_label(ref)}",
            key=f"price-{ref}",
            icon=":material/delete:",
            type="tertiary",
            on_click=attempt_at,
            args=(_HERE, set_prices, others),
        )
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
        (_INPUT, "Input, $/1M tokens"),
        (_OUTPUT, "Output, $/1M tokens"),
    ):
        row.number_input(
            label, min_value=0.0, value=None, step=0.01, format="%.4f", key=key
        )
    row.button(
        "Set price",
        key="set-price",
        icon=":material/add:",
        on_click=attempt_at,
        args=(_HERE, _add, prices, set_prices),
    )
    problem_at(_HERE)


def _add(prices: Prices, set_prices: Callable[[Prices], None]) -> None:
    """Add what the widgets say.

    Raises:
        ConfigError: Something is missing or impossible; nothing changes.
    """
    ref = st.session_state[_MODEL]
    amounts = [st.session_state[key] for key in (_INPUT, _OUTPUT)]
    if not ref or None in amounts:
        raise ConfigError("Choose a model and enter both prices.")
    into, out = (Decimal(str(amount)) for amount in amounts)
    price = OwnPrice(input_usd_per_mtok=into, output_usd_per_mtok=out)
    set_prices({**prices, ref: price})
