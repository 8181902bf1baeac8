"""Picks the view of a page; the address names it, so that links lead to it."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.widgets.layout.address import VIEW
from pages.widgets.layout.placeholders import slot
from pages.widgets.layout.rows import readable

_PICKED: Final = "view"


@dataclass(frozen=True, slots=True)
class View:
    """One of the views of a page.

    Attributes:
        icon: Of Material, for example ``:material/swords:``.
        draw: Draws the view.
        wide: Whether it has columns, which take all the width that there is.
    """

    title: str
    icon: str
    draw: Callable[[], None]
    wide: bool = True


def pick_view(views: Mapping[str, View]) -> None:
    """Draw the choice and what is chosen; the first view if the address names none.

    A widget bound to the address would write its label there, icon included.
    """
    named = st.query_params.get(VIEW)
    st.session_state[_PICKED] = named if named in views else next(iter(views))
    picked = readable("views").segmented_control(
        "View",
        list(views),
        required=True,
        format_func=lambda name: f"{views[name].icon} {views[name].title}",
        key=_PICKED,
        on_change=lambda: go_to_view(st.session_state[_PICKED]),
        label_visibility="collapsed",
        wrap=True,
    )
    chosen = picked or next(iter(views))
    view = views[chosen]
    with slot(chosen, views), nullcontext() if view.wide else readable(chosen):
        view.draw()


def go_to_view(name: str) -> None:
    """Show another view of the page."""
    st.query_params[VIEW] = name
