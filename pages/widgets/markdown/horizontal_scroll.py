"""Makes what may be wider than the page scroll by itself."""

from typing import Final

from streamlit.delta_generator import DeltaGenerator

_OVERHANG_PX: Final = 16
"""How far Markdown hangs out of its box, lest the row scroll up and down as well."""


def horizontal_scroll(place: DeltaGenerator) -> DeltaGenerator:
    """Make a place in ``place`` that scrolls sideways when its content is wider."""
    row = place.container(horizontal=True, wrap=False)
    column = row.container(gap=None)
    inner = column.empty()
    column.space(_OVERHANG_PX)
    return inner
