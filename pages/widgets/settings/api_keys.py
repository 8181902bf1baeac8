"""Lists the keys of the API: what each has spent, and what may be changed of it."""

from decimal import Decimal
from functools import partial
from typing import Final

import streamlit as st

from moa_core.usage import FREE, Cost
from pages.widgets.formatting import SEPARATOR, attempt_at, dates, money, problem_at
from pages.widgets.layout import go_to_page, offer_last_undo
from pages.widgets.markdown import plain_label, read_aloud
from pages.widgets.settings.api_new_key import (
    CAP_LABEL,
    EXPOSE_HELP,
    EXPOSE_LABEL,
    new_key_button,
)
from pages.widgets.settings.cap_field import cap_field
from storage.api import LONGEST_KEY_NAME, ApiKey, ApiKeys
from storage.spending import Spending

_HERE: Final = "api-keys"
_REVOKED: Final = "API key that was revoked"


def api_keys(keys: ApiKeys) -> None:
    """Draw all keys that can be asked with, and a way to create one."""
    listed, spent = keys.list(), keys.spent("month")
    st.subheader("Keys", anchor=False)
    _offer_undo(keys)
    problem_at(_HERE)
    if not listed:
        st.container(key="no-api-keys").info(
            "No keys yet. Create one for each program: you see what it spends, and can "
            "revoke it alone."
        )
    for key in listed:
        with st.container(border=True, gap="xsmall", key=f"api-key-{key.uid}"):
            _card(keys, key, spent.get(key.uid))
    row = st.container(horizontal=True)
    with row:
        new_key_button(keys)
        if listed:
            st.button(
                "Show requests",
                key="show-api-requests",
                icon=":material/history:",
                type="tertiary",
                on_click=_show_requests,
            )


def _show_requests() -> None:
    st.session_state["history-kind"] = "api"
    go_to_page("history.py", {})


def _card(keys: ApiKeys, key: ApiKey, spent: Spending | None) -> None:
    name = plain_label(key.name, limit=80)
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    row.markdown(f"**{name}** · `{key.begins}…{key.ends}`")
    with row.container(horizontal=True, width="content", gap="small"):
        with st.popover(
            read_aloud("Edit", name), type="tertiary", key=f"edit-api-key-{key.uid}"
        ):
            _fields(keys, key)
        st.button(
            read_aloud("Revoke", name),
            key=f"revoke-api-key-{key.uid}",
            type="tertiary",
            on_click=attempt_at,
            args=(_HERE, partial(_revoke, keys, key)),
        )
    used = "never used"
    if key.used_at:
        used = f"last used {dates.day_and_clock(key.used_at)}"
    created = f"created {dates.short_date(key.created_at)}"
    parts = [_spent(key, spent), used, created]
    if key.expose == "full":
        parts.append("sends drafts")
    st.caption(SEPARATOR.join(parts))


def _spent(key: ApiKey, spent: Spending | None) -> str:
    """``This month: $0.12 of $5.00, $4.88 left``, as far as it is known."""
    spent = spent or Spending(cost=FREE, reserved_usd=Decimal(0))
    held = spent.reserved_usd
    reserved = f" + {money(Cost(held))} reserved by running requests" if held else ""
    so_far = f"This month: {money(spent.cost)}{reserved}"
    if key.cap_usd is None:
        return so_far
    left = max(Decimal(0), key.cap_usd - spent.taken_usd)
    return f"{so_far} of {money(Cost(key.cap_usd))}, {money(Cost(left))} left"


def _fields(keys: ApiKeys, key: ApiKey) -> None:
    uid = key.uid
    name = f"name-api-key-{uid}"
    st.text_input(
        "Name",
        key.name,
        key=name,
        max_chars=LONGEST_KEY_NAME,
        on_change=lambda: attempt_at(_HERE, keys.rename, uid, st.session_state[name]),
    )
    cap = f"cap-api-key-{uid}"

    def set_cap() -> None:
        entered = st.session_state[cap]
        cap_usd = None if entered is None else Decimal(str(entered))
        attempt_at(_HERE, keys.set_cap, uid, cap_usd)

    cap_field(CAP_LABEL, cap, key.cap_usd, on_change=set_cap)
    expose = f"expose-api-key-{uid}"
    st.toggle(
        EXPOSE_LABEL,
        key.expose == "full",
        key=expose,
        help=EXPOSE_HELP,
        on_change=lambda: attempt_at(
            _HERE,
            keys.set_expose,
            uid,
            "full" if st.session_state[expose] else "summary",
        ),
    )


def _revoke(keys: ApiKeys, key: ApiKey) -> None:
    keys.revoke(key.uid)
    st.session_state[_REVOKED] = (key.uid, key.name)


def _offer_undo(keys: ApiKeys) -> None:
    def said(name: str) -> str:
        return f"“{plain_label(name)}” revoked. Programs that use it are refused now."

    offer_last_undo(_REVOKED, ("api-key-revoked", "undo-revoke"), said, keys.restore)
