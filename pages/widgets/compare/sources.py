"""Marks behind each sentence of an answer which proposals have a passage like it."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from streamlit.delta_generator import DeltaGenerator

from pages.component import Copy, SourceMark, draw_markdown, draw_sentences
from pages.widgets.compare.texts import ACCENT_RGB, ComparedText
from pages.widgets.formatting import percent
from pages.widgets.markdown import plain_label

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
_DISPLAY_END: Final = re.compile(r"(?:\$\$|\\\])\s*\Z")
_LAST_BAR: Final = re.compile(r"(?<!\\)\|\s*\Z")
_LETTER: Final = f':small[:color[ %s ]{{background="rgba({ACCENT_RGB}, 0.34)"}}]'
_OWN: Final = ':small[:color[ own ]{background="rgba(245, 158, 11, 0.22)"}]'
_MARKS_AT_MOST: Final = 3
_SENTENCES_AT_MOST: Final = 60
_IN_A_PIECE: Final = 15  # sentences in one piece of Markdown, lest it becomes heavy
_LONGEST_QUOTE: Final = 160
_PASSAGES_AT_MOST: Final = 2


def sources(
    place: DeltaGenerator,
    answer: str,
    proposals: Sequence[ComparedText],
    key: str,
    copy: Copy | None = None,
) -> None:
    """Draw ``answer`` with its marks, their legend, and what they are worth.

    ``place`` is a container of its own; ``proposals`` are what the aggregator has read;
    ``key`` is the widget's.
    """
    if len(answer) > LONGEST_CHARS:
        place.caption("This answer is too long to trace its sentences.")
        draw_markdown(place, answer, key, copy)
        return
    found = provenance_of(answer, tuple(source.text for source in proposals))
    shares = [
        f"{_LETTER % source.mark} {source.name} {percent(share)}"
        for source, share in zip(proposals, found.shares, strict=True)
    ]
    shares.append(f"{_OWN} {percent(found.unsupported_share)}")
    place.caption(" · ".join([*shares, "similarity, not proof"]), help=EXPLAINED)
    draw_sentences(place, marked(answer, found, proposals), f"{key}-sources", copy)
    folded = place.expander("Sentence by sentence", type="compact")
    _list_passages(folded, found, proposals)


@lru_cache(_REMEMBERED)
def provenance_of(answer: str, proposals: tuple[str, ...]) -> "Provenance":
    """What each sentence resembles; the last answers are remembered."""
    from moa_core.similarity import provenance

    return provenance(answer, proposals)


def marked(
    answer: str, found: "Provenance", proposals: Sequence[ComparedText]
) -> list[tuple[str, list[SourceMark]]]:
    """Cut ``answer`` behind every sentence that has marks; each piece with its own."""
    pieces: list[tuple[str, list[SourceMark]]] = []
    start = 0
    for sentence in found.sentences:
        marks = _marks(sentence, proposals)
        end = mark_position(answer, sentence.start, sentence.end, sentence.kind)
        if marks and end is not None:
            pieces.append((answer[start:end], marks))
            start = end
    return [*pieces, (answer[start:], [])]


def mark_position(text: str, start: int, end: int, kind: str) -> int | None:
    """Where the marks of the sentence ``text[start:end]`` can stand; ``None``: nowhere.

    Code and formulas on lines of their own stay as they are. In a table a mark stands
    inside the last cell.
    """
    sentence = text[start:end]
    if kind == "code" or _DISPLAY_END.search(sentence):
        return None
    if kind == "row" and (bar := _LAST_BAR.search(sentence)):
        return start + len(sentence[: bar.start()].rstrip())
    return end


def _marks(
    sentence: "SentenceSource", proposals: Sequence[ComparedText]
) -> list[SourceMark]:
    """The letters of those who support it most; nothing behind a heading of its own."""
    if sentence.unsupported:
        return [] if sentence.kind == "heading" else [("", 0.0)]
    return [
        (proposals[index].mark, round(min(1.0, sentence.support[index]), 2))
        for index in sentence.supporters[:_MARKS_AT_MOST]
    ]


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
