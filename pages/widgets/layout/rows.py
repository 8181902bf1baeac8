"""Draws rows: a text's writer and its buttons, what was done and how to undo it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.formatting import attempt
from pages.widgets.markdown import read_aloud
from storage.conversations import LONGEST_QUESTION_CHARS as LONGEST_QUESTION_CHARS


def head_row(
    card: DeltaGenerator | None = None, key: str | None = None
) -> DeltaGenerator:
    """A row that never wraps; what is drawn first stands left, the rest right.

    Args:
        card: Where; ``None`` for the place at which the page is being drawn.
        key: Of the row.
    """
    return (card.container if card else st.container)(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
        key=key,
    )


def readable(key: str) -> DeltaGenerator:
    """Make a place as wide as a text, in the middle of a page with wide columns."""
    return st.container(key=f"readable-{key}")


def icon_only(place: DeltaGenerator, key: str) -> DeltaGenerator:
    """Make a place whose one button shows its icon alone; its label is its name.

    Args:
        place: Where.
        key: Names it.
    """
    return place.container(key=f"icons-{key}", width="content")


def undo_row(key: str, button: str, message: str, undo: Callable[[], object]) -> None:
    """Draw what was done, and a button that undoes it; both have keys."""
    row = st.container(horizontal=True, vertical_alignment="center", key=key)
    row.info(message, width="stretch")
    row.button(
        read_aloud("Undo", message),
        key=button,
        icon=":material/undo:",
        on_click=attempt,
        args=(undo,),
    )


def offer_last_undo(
    held: str,
    keys: tuple[str, str],
    said: Callable[[str], str],
    restore: Callable[[str], object],
) -> None:
    """Offer to undo what the session holds as done last, if it holds something.

    Args:
        held: Where the session has its uid and its name.
        keys: Of the row, and of its button.
        said: Says what was done, by the name.
        restore: Undoes it, by the uid.
    """
    if held not in st.session_state:
        return
    uid, name = st.session_state[held]

    def undo() -> None:
        del st.session_state[held]
        restore(uid)

    undo_row(*keys, said(name), undo)


@dataclass(frozen=True, slots=True)
class Maximise:
    """The button that makes a card the only one, or one of many again.

    Attributes:
        key: Names it.
        name: What it calls the text, safe in Markdown: ``A ada``.
        maximised: Whether the card is the only one now.
        toggle: Changes that.
    """

    key: str
    name: str
    maximised: bool
    toggle: Callable[[], None]


def card_head(
    card: DeltaGenerator, title: str, *, maximise: Maximise | None = None
) -> None:
    """Draw the head of a card that holds a text, with its button.

    Args:
        card: A container of its own.
        title: Who wrote the text, in Markdown: a heading of the second level.
        maximise: What makes the card the only one; ``None`` where there is no other.
    """
    head = head_row(card)
    head.header(title, anchor=False, width="content")
    buttons = head.container(horizontal=True, gap="xxsmall", width="content")
    if maximise:
        alone = maximise.maximised
        icon_only(buttons, maximise.key).button(
            "Show all columns" if alone else f"Expand {maximise.name}",
            icon=f":material/{'close_fullscreen' if alone else 'open_in_full'}:",
            key=maximise.key,
            type="tertiary",
            on_click=maximise.toggle,
        )


COLUMN_MIN_PX = 390
"""Columns narrower than this are hard to read; those that do not fit wrap."""

READABLE_PX = 860
