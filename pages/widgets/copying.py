"""A way to copy a text as it was written, Markdown marks included."""

from streamlit.delta_generator import DeltaGenerator

HEIGHT_PX = 320


def copy_button(place: DeltaGenerator, key: str, text: str) -> None:
    """A button that opens the raw text, to be copied; sent only when opened."""
    opened = place.popover(
        ":material/content_copy:", type="tertiary", key=key, on_change="rerun"
    )
    if opened.open:
        opened.code(text, language=None, wrap_lines=True, height=HEIGHT_PX)
