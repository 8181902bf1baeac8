"""Turns the pages of a list that knows only where its next page begins."""

from typing import Any, TypeAlias

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.layout.placeholders import fresh_places

Key: TypeAlias = str
"""Which list: each has pages of its own."""


def cursor(key: Key, of: object) -> Any:  # noqa: ANN401 - whatever the list begins after
    """What the page that is shown follows; ``None``: it is the first.

    Args:
        key: Which list.
        of: What the list is of; when that changes, it begins at its first page again.
    """
    pages = _pages(key, of)
    return pages[-1] if pages else None


def page_container(key: Key, after: object | None) -> DeltaGenerator:
    """Where a page of it is drawn, with nothing left of the page before.

    ``page_turn.js`` of ``pages.streamlit_patches`` scrolls it to its beginning.

    Args:
        key: Which list.
        after: What the page follows, as ``cursor`` has said.
    """
    [place] = fresh_places(f"{key} pages", [f"after {after}"])
    return place


def page_buttons(key: Key, of: object, following: object | None) -> None:
    """Buttons to the page before and the one after, where there are any.

    ``page_turn.js`` knows them by the ends of their keys.

    Args:
        key: Which list.
        of: What it is of.
        following: What the next page follows; ``None`` if this is the last one.
    """
    pages = _pages(key, of)
    if not pages and following is None:
        return
    row = st.container(horizontal=True, horizontal_alignment="center")
    row.button(
        "Newer",
        icon=":material/chevron_left:",
        key=f"{key}-newer",
        disabled=not pages,
        on_click=lambda: pages.pop(),
    )
    row.button(
        "Older",
        icon=":material/chevron_right:",
        icon_position="right",
        key=f"{key}-older",
        disabled=following is None,
        on_click=pages.append,
        args=(following,),
    )


def _pages(key: Key, of: object) -> list[Any]:
    stored: tuple[object, list[Any]] = st.session_state.get(f"{key} pages", (None, []))
    if stored[0] != of:
        stored = (of, [])
        st.session_state[f"{key} pages"] = stored
    return stored[1]
