"""Says in a line who changes what holds for everybody."""

from collections.abc import Sequence

import streamlit as st

from pages.widgets.markdown import plain_label


def who_connects_endpoints(connected: Sequence[str]) -> None:
    """In the place of the cards of endpoints.

    Args:
        connected: What the connected ones are called.
    """
    names = ", ".join(map(plain_label, connected)) or "none"
    st.caption(f"Administrators connect endpoints, for everybody. Connected: {names}.")


def who_sets_prices() -> None:
    """In the place of the form of prices."""
    st.caption("Administrators set prices, for everybody.")


def no_administrator_yet(subject: str) -> None:
    """Say how somebody becomes the first one.

    Args:
        subject: What this person is called in the list of administrators.
    """
    place = st.container(key="no-administrator")
    place.info(
        "Nobody is an administrator yet. To become the first, add this to "
        "POLYPHONY_ADMINISTRATORS, restart Polyphony and sign in again:"
    )
    place.code(subject, language=None, wrap_lines=True)
