"""What may be spent at most, and what has been."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import streamlit as st

from moa_core.usage import Cost
from pages.widgets.formatting import attempt, money
from services import Services
from storage.settings import HIGHEST_CAP_USD, Caps
from storage.spending import Spending


def caps_form(app: Services) -> None:
    """Draw a field for every cap, what is spent, and what happens to unknown prices."""
    caps = app.app_settings.caps()
    run, day, month = st.columns(3)
    with run:
        _cap(app, caps, "per_run_usd", "Per run")
    with day:
        _cap(app, caps, "per_day_usd", "Per day")
        st.caption(f"Today: {_spent(app.ledger.spent('day'))}")
    with month:
        _cap(app, caps, "per_month_usd", "Per month")
        st.caption(f"This month: {_spent(app.ledger.spent('month'))}")
    st.toggle(
        "Run models of unknown price although there is a cap",
        value=caps.allow_unknown,
        key="cap-allow-unknown",
        on_change=_set,
        args=(app, "allow_unknown", "cap-allow-unknown"),
    )


def _cap(app: Services, caps: Caps, name: str, label: str) -> None:
    present: Decimal | None = getattr(caps, name)
    key = f"cap-{name}"
    if present is not None:  # a default that is a number could not be taken back
        st.session_state.setdefault(key, float(present))
    st.number_input(
        f"{label}, in US dollars",
        min_value=0.0,
        max_value=float(HIGHEST_CAP_USD),
        value=None,
        step=0.01,
        format="%.4f",
        placeholder="No cap",
        key=key,
        on_change=_set,
        args=(app, name, key),
    )


def _set(app: Services, name: str, key: str) -> None:
    said = st.session_state[key]
    changes: dict[str, Any] = {
        name: Decimal(str(said)) if isinstance(said, float) else said
    }
    caps = replace(app.app_settings.caps(), **changes)
    attempt(app.app_settings.set_caps, caps)


def _spent(spending: Spending) -> str:
    held = (
        f", {money(Cost(spending.reserved_usd))} held by runs"
        if spending.reserved_usd
        else ""
    )
    return f"{money(spending.cost)}{held}"
