"""Draws a text with the words marked that another text does not have."""

from functools import lru_cache
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.similarity import DiffKind
from pages.component import Copy, draw_difference, draw_markdown

LONGEST_CHARS: Final = 60_000
"""Of both texts together; longer ones are shown without marks."""

_REMEMBERED: Final = 32
_ADDED: Final = '{background="rgba(46, 160, 67, 0.28)"}'
_REMOVED: Final = '{background="rgba(248, 81, 73, 0.20)"}'


def draw_differences(
    place: DeltaGenerator, before: str, after: str, key: str, copy: Copy
) -> None:
    """Draw ``after``, with what ``before`` has in other words.

    Args:
        place: A container of its own.
        before: The text that is compared with.
        after: The text that is shown.
        key: Of the widget.
        copy: How ``after`` is copied.
    """
    if len(before) + len(after) > LONGEST_CHARS:
        place.caption("Too long for word differences.")
        draw_markdown(place, after, key, copy)
        return
    draw_difference(place, _parts(before, after), f"{key}-words", copy)


def difference_legend(other: str) -> str:
    """What the marks mean; ``other`` is our own mark of the text compared with."""
    only_here = f":color[only here]{_ADDED}"
    return f"{only_here} · :color[~~only in {other}~~]{_REMOVED}"


@lru_cache(_REMEMBERED)
def _parts(before: str, after: str) -> tuple[tuple[DiffKind, str], ...]:
    from moa_core.similarity import word_difference

    return tuple((part.kind, part.text) for part in word_difference(before, after))
