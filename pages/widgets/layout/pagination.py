"""Turns the pages of a list that knows only where its next page begins."""

from typing import Any, TypeAlias

import streamlit as st

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
