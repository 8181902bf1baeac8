"""Keeps the ticket of a browser session, so that its pages stay as they are drawn."""

import time
from typing import Final

import streamlit as st

from pages.tickets.ticket import VALID_S, Tickets

_KEY: Final = "ticket"
_RENEWED_S: Final = VALID_S / 2


def hold_ticket(person: str, secret: str) -> None:
    """Give this session a ticket, unless it has one of the person that is still young.

    A text that changed with each run of the script would have everything drawn anew.

    Args:
        person: By the uid.
        secret: Signs it.
    """
    held, _, until = st.session_state.get(_KEY, ("", "", 0.0))
    if held != person or time.time() > until:
        text, until = Tickets(secret).issue(person), time.time() + _RENEWED_S
        st.session_state[_KEY] = (person, text, until)


def ticket_of_visitor() -> str:
    """The ticket of this session; ``""`` where nobody needs one."""
    _, text, _ = st.session_state.get(_KEY, ("", "", 0.0))
    return str(text)
