"""Shows how alike texts are, two by two, as a matrix and a line a layer."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

import streamlit as st

from pages.widgets.compare.texts import ACCENT_RGB, ComparedText
from pages.widgets.formatting import percent

if TYPE_CHECKING:
    from moa_core.similarity import Agreement

_REMEMBERED: Final = 16
_CELL: Final = (
    "padding:.3rem 0;min-width:2.6rem;text-align:center;border-radius:.3rem;"
    "font-variant-numeric:tabular-nums"
)
_HEAD: Final = "padding:.3rem .5rem;font-weight:600;text-align:center"

EXPLAINED: Final = """\
How similar the wording of two texts is, in percent: the cosine of their TF-IDF vectors,
in which rare words count more and repeated ones less. Darker means more similar.

Similar wording is not agreement: two texts can say the opposite in the same words, or
the same in different words. Good answers to one question mostly score 25 to 60 %.
"""


def agreement_view(texts: Sequence[ComparedText]) -> None:
    """Draw the matrix of ``texts``, in the order of their marks, and a line a layer."""
    if len(texts) < 2:
        return
    st.header("Agreement", anchor=False, help=EXPLAINED)
    alike = agreement_of(tuple(text.text for text in texts)).matrix
    if lines := _layer_lines(texts, alike):
        st.container(key="agreement").markdown("  \n".join(lines))
    # Safe as HTML: it holds figures and our own marks, and nothing that a model wrote.
    st.html(_matrix([text.mark for text in texts], alike))
    st.caption(" · ".join(f"**{text.mark}** {text.name}" for text in texts))


@lru_cache(_REMEMBERED)
def agreement_of(texts: tuple[str, ...]) -> "Agreement":
    """How alike every two texts are; the last ones are remembered."""
    from moa_core.similarity import agreement

    return agreement(texts)


def _layer_lines(
    texts: Sequence[ComparedText], alike: Sequence[Sequence[float]]
) -> list[str]:
    """Sum up each layer with several texts in a line, with the two most alike."""
    from moa_core.similarity import most_alike, summary

    lines = []
    for index, group in groupby(range(len(texts)), lambda i: texts[i].layer_index):
        layer = list(group)
        agreement = agreement_of(tuple(texts[i].text for i in layer))
        line = summary(agreement, [texts[i].label for i in layer])
        if index is None or not line:
            continue
        closest = ""
        if pair := most_alike(alike, layer) if len(layer) > 2 else None:
            one, other = (texts[i].mark for i in pair)
            close = percent(alike[pair[0]][pair[1]])
            closest = f"; {one} and {other} are the most similar ({close})"
        lines.append(f"**Layer {index + 1}** · {line}{closest}")
    return lines


def _matrix(marks: Sequence[str], alike: Sequence[Sequence[float]]) -> str:
    """The matrix as an HTML table that scrolls by itself."""
    heads = "".join(f'<th scope="col" style="{_HEAD}">{mark}</th>' for mark in marks)
    rows = ""
    for number, (mark, row) in enumerate(zip(marks, alike, strict=True)):
        cells = [_cell(value) for value in row]
        cells[number] = f'<td style="{_CELL};opacity:.5">·</td>'
        head = f'<th scope="row" style="{_HEAD}">{mark}</th>'
        rows += f"<tr>{head}{''.join(cells)}</tr>"
    return (
        '<div style="overflow-x:auto" tabindex="0"><table aria-label="Similarity of '
        'every two texts, in percent" style="border-collapse:separate;'
        f'border-spacing:3px"><tr><td></td>{heads}</tr>{rows}</table></div>'
    )


def _cell(value: float) -> str:
    shade = f"background:rgba({ACCENT_RGB},{0.04 + 0.6 * value:.2f})"
    return f'<td style="{_CELL};{shade}">{round(100 * value)}</td>'
