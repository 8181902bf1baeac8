"""The row above a text: who wrote it on the left, what can be done with it behind."""

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator


def head_row(card: DeltaGenerator) -> DeltaGenerator:
    """A row that never wraps; what is drawn first stands left, the rest right."""
    return card.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
    )


def maximise_button(
    place: DeltaGenerator, key: str, on_click: Callable[[], None], *, maximised: bool
) -> None:
    """The button that makes a column the only one, or one of many again.

    Args:
        place: Where it stands.
        key: Names it.
        on_click: Does it.
        maximised: Whether the column is the only one now.
    """
    place.button(
        ":material/close_fullscreen:" if maximised else ":material/open_in_full:",
        key=key,
        help="Show all columns" if maximised else "Maximise this column",
        type="tertiary",
        on_click=on_click,
    )


LONGEST_QUESTION_CHARS = 200_000
COLUMN_MIN_PX = 390
"""Columns narrower than this are hard to read; those that do not fit wrap."""

COLUMN_HEIGHT_PX = 340
READABLE_PX = 860


HEIGHT_PX = 320


def copy_button(place: DeltaGenerator, key: str, text: str) -> None:
    """A button that opens the raw text, to be copied; sent only when opened."""
    opened = place.popover(
        ":material/content_copy:", type="tertiary", key=key, on_change="rerun"
    )
    if opened.open:
        opened.code(text, language=None, wrap_lines=True, height=HEIGHT_PX)
