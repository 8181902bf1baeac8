"""Draws the pages of those for whom nothing opens: log in first, or ask somebody."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.markdown import plain_label


def log_in_page() -> None:
    """Ask a stranger to log in at the provider."""
    place = _page("log-in-page", "Polyphony")
    place.markdown("Log in to see your chats.", text_alignment="center")
    place.button("Log in", key="log-in", type="primary", on_click=st.login)


def nobody_page() -> None:
    """Say that the proxy is to say who it is."""
    place = _page("nobody-page", "Polyphony")
    place.markdown(
        "Nobody is logged in: open Polyphony through its proxy.",
        text_alignment="center",
    )


def blocked_page(shown: str, *, may_log_out: bool) -> None:
    """Say that an administrator lets somebody in no longer.

    Args:
        shown: E-mail address or name.
        may_log_out: Whether that is done here, not by a proxy.
    """
    place = _page("blocked-page", "Blocked")
    place.markdown(
        f"Polyphony is blocked for {plain_label(shown)}. Your data is still here. "
        "Ask an administrator.",
        text_alignment="center",
    )
    if may_log_out:
        place.button("Log out", key="log-out", on_click=st.logout)


def _page(key: str, title: str) -> DeltaGenerator:
    place = st.container(key=key, horizontal_alignment="center", gap="medium")
    place.title(title, anchor=False, text_alignment="center")
    return place
