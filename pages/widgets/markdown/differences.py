"""Draws a text with the words marked that another text does not have."""

from functools import lru_cache

from streamlit.delta_generator import DeltaGenerator

from pages.widgets.markdown.live_text import LiveText
from pages.widgets.markdown.render_limits import would_freeze
from pages.widgets.markdown.word_marks import difference_markdown, mark

LONGEST_CHARS = 60_000
"""Of both texts together; longer ones are shown without marks."""

_KEPT = 32


def draw_differences(place: DeltaGenerator, before: str, after: str) -> None:
    """Draw ``after`` as it was written, with what ``before`` has in other words.

    Args:
        place: A container of its own.
        before: The text that is compared with.
        after: The text that is shown.
    """
    if len(before) + len(after) > LONGEST_CHARS:
        place.caption("Too long for word differences.")
        LiveText(place.container()).update([after], done=True)
        return
    for piece in differences(before, after):
        if would_freeze(piece):
            place.text(after)
            return
    for piece in differences(before, after):
        place.markdown(piece)


def difference_legend(other: str) -> str:
    """What the marks mean; ``other`` is our own mark of the text compared with."""
    return f"{mark('added', 'only here')} · {mark('removed', f'only in {other}')}"


@lru_cache(_KEPT)
def differences(before: str, after: str) -> tuple[str, ...]:
    """The differences as pieces of safe Markdown; the last ones are remembered."""
    from moa_core.similarity import word_difference

    return tuple(difference_markdown(word_difference(before, after)))
