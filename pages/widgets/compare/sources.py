"""Marks behind each sentence of an answer which proposals have a passage like it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from streamlit.delta_generator import DeltaGenerator

from pages.widgets.compare.texts import ACCENT_RGB, ComparedText
from pages.widgets.formatting import percent
from pages.widgets.markdown import (
    LiveText,
    insert_markers,
    marker_position,
    plain_label,
    remove_markers,
    show_markers,
)

if TYPE_CHECKING:
    from moa_core.similarity import Provenance, SentenceSource

EXPLAINED: Final = """\
A letter after a sentence names a proposal with a similar passage: the same words and
word pairs, rare ones counting more. Darker means more similar. **own** means that no
proposal has one: the aggregator used its own words.

This is similarity, not proof. Models often say the same things independently, and an
idea can be adopted in other words.
"""
LONGEST_CHARS: Final = 60_000
"""Of an answer; a longer one is shown without marks."""

_REMEMBERED: Final = 16
_OWN: Final = ':small[:color[ own ]{background="rgba(245, 158, 11, 0.22)"}]'
_LIGHTEST, _DARKEST = 0.12, 0.55
_MARKS_AT_MOST: Final = 3
_SENTENCES_AT_MOST: Final = 60
_IN_A_PIECE: Final = 15  # sentences in one piece of Markdown, lest it becomes heavy
_LONGEST_QUOTE: Final = 160
_PASSAGES_AT_MOST: Final = 2


def sources(
    place: DeltaGenerator, answer: str, proposals: Sequence[ComparedText]
) -> None:
    """Draw ``answer`` with its marks, their legend, and what they are worth.

    ``place`` is a container of its own; ``proposals`` are what the aggregator has read.
    """
    if len(answer) > LONGEST_CHARS:
        place.caption("This answer is too long to trace its sentences.")
        LiveText(place.container()).update([answer], done=True)
        return
    found = provenance_of(answer, tuple(source.text for source in proposals))
    shares = [
        f"{_mark(source.mark, 0.5)} {source.name} {percent(share)}"
        for source, share in zip(proposals, found.shares, strict=True)
    ]
    shares.append(f"{_OWN} {percent(found.unsupported_share)}")
    place.caption(" · ".join([*shares, "similarity, not proof"]), help=EXPLAINED)
    _draw_marked(place.container(), answer, found, proposals)
    folded = place.expander("Sentence by sentence", type="compact")
    _list_passages(folded, found, proposals)


@lru_cache(_REMEMBERED)
def provenance_of(answer: str, proposals: tuple[str, ...]) -> "Provenance":
    """What each sentence resembles; the last answers are remembered."""
    from moa_core.similarity import provenance

    return provenance(answer, proposals)


def _draw_marked(
    box: DeltaGenerator,
    answer: str,
    found: "Provenance",
    proposals: Sequence[ComparedText],
) -> None:
    """Draw the answer with a mark behind every sentence that can have one."""
    places: dict[int, int] = {}
    marks: dict[int, str] = {}
    for number, sentence in enumerate(found.sentences):
        place = marker_position(answer, sentence.start, sentence.end, sentence.kind)
        mark = _marks(sentence, proposals)
        if place is not None and mark:
            places[place], marks[number] = number, mark

    def finish(text: str, *, plain: bool) -> str:
        return remove_markers(text) if plain else show_markers(text, marks)

    LiveText(box, finish).update([insert_markers(answer, places)], done=True)


def _marks(sentence: "SentenceSource", proposals: Sequence[ComparedText]) -> str:
    """The letters of those who support it most; nothing behind a heading of its own."""
    if sentence.unsupported:
        return "" if sentence.kind == "heading" else _OWN
    return "".join(
        _mark(proposals[index].mark, sentence.support[index])
        for index in sentence.supporters[:_MARKS_AT_MOST]
    )


def _mark(mark: str, support: float) -> str:
    alpha = _LIGHTEST + (_DARKEST - _LIGHTEST) * min(1.0, support)
    background = f"rgba({ACCENT_RGB}, {alpha:.2f})"
    return f':small[:color[ {mark} ]{{background="{background}"}}]'


def _list_passages(
    place: DeltaGenerator, found: "Provenance", proposals: Sequence[ComparedText]
) -> None:
    """List the first sentences, each with the passages that are most like it."""
    listed = [each for each in found.sentences if each.kind != "code"]
    items = [_sentence_item(each, proposals) for each in listed[:_SENTENCES_AT_MOST]]
    for start in range(0, len(items), _IN_A_PIECE):
        place.markdown("\n".join(items[start : start + _IN_A_PIECE]))
    if left := len(listed) - len(items):
        place.caption(f"{left:,} more not shown.")


def _sentence_item(
    sentence: "SentenceSource", proposals: Sequence[ComparedText]
) -> str:
    lines = [f"- {plain_label(sentence.text, limit=_LONGEST_QUOTE)}"]
    if sentence.unsupported:
        lines.append("  - :gray[no similar passage]")
    for index in sentence.supporters[:_PASSAGES_AT_MOST]:
        source = proposals[index]
        if span := sentence.passages[index]:
            passage = plain_label(span.of(source.text), limit=_LONGEST_QUOTE)
            alike = percent(sentence.support[index])
            if index in sentence.verbatim:
                alike = "word for word"
            lines.append(f"  - :gray[**{source.mark}** {alike} · {passage}]")
    return "\n".join(lines)
