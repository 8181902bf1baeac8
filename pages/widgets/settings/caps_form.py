"""Edits the caps on what may be spent, beside what has been."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import streamlit as st

from moa_core.usage import Cost
from pages.widgets.formatting import attempt_at, money, problem_at
from pages.widgets.settings.cap_field import cap_field
from storage.settings import AppSettings
from storage.spending import Spending

_CAPS: Final = {
    "per_run_usd": ("Per run", ""),
    "per_day_usd": ("Per day", "Today"),
    "per_month_usd": ("Per month", "This month"),
}


def caps_form(settings: AppSettings, spent: Mapping[str, Spending]) -> None:
    """Draw a field for every cap, what is spent, and what happens to unknown prices.

    Args:
        settings: Keeps the caps.
        spent: Of ``Today`` and ``This month``.
    """
    caps = settings.caps()
    columns = st.columns(len(_CAPS))
    for column, (name, (label, span)) in zip(columns, _CAPS.items(), strict=True):
        key, present = f"cap-{name}", getattr(caps, name)
        with column:
            cap_field(
                f"{label} (US$)",
                key,
                present,
                step=0.01,
                decimals=4,
                on_change=_set,
                args=(settings, name, key),
            )
        if span:
            reserved = spent[span].reserved_usd
            held = (
                f" + {money(Cost(reserved))} reserved by running runs"
                if reserved
                else ""
            )
            column.caption(f"{span}: {money(spent[span].cost)}{held}")
    problem_at("caps")
    st.toggle(
        "Allow models without a known price when a cap is set",
        value=caps.allow_unknown,
        key="cap-allow-unknown",
        on_change=_set,
        args=(settings, "allow_unknown", "cap-allow-unknown"),
    )


def _set(settings: AppSettings, name: str, key: str) -> None:
    value = st.session_state[key]
    if isinstance(value, float):
        value = Decimal(str(value))
    changes: dict[str, Any] = {name: value}
    attempt_at("caps", settings.set_caps, replace(settings.caps(), **changes))
