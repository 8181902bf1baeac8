"""Duels: one question through several mixtures, side by side, and a vote."""

import streamlit as st

from pages.widgets.address import DUEL
from pages.widgets.duel_form import duel_form
from pages.widgets.duel_list import earlier_duels
from pages.widgets.duel_view import duel_on_page, leave_duel
from pages.widgets.slots import slot
from services import Services
from storage.conversations.duels import Duel
from storage.errors import NotFoundError


def duel_view(app: Services) -> None:
    """Draw the duel that the address names, or the form that begins one.

    Args:
        app: What answers, and where duels are kept.
    """
    duel = _named(app)
    with slot("duel" if duel else "form", ("form", "duel")):
        if duel:
            duel_on_page(app, duel)
        else:
            duel_form(app)
            earlier_duels(app)


def _named(app: Services) -> Duel | None:
    uid = st.query_params.get(DUEL)
    if uid is None:
        return None
    try:
        return app.duels.load(uid)
    except NotFoundError:
        leave_duel()
        st.info("That duel is not here. It may have been deleted.")
        return None
