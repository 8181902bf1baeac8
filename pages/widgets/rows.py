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
