"""Sentence by sentence: what an answer says, and the passages that are like it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from streamlit.delta_generator import DeltaGenerator

from pages.widgets.compare.texts import ComparedText
from pages.widgets.formatting import percent
from pages.widgets.markdown import plain_label

if TYPE_CHECKING:
    from moa_core.similarity import Provenance, SentenceSource

SENTENCES_AT_MOST: Final = 60
_IN_A_PIECE: Final = 15  # sentences in one piece of Markdown, lest it becomes heavy
_LONGEST: Final = 160
_PASSAGES_AT_MOST: Final = 2


def passages_list(
    place: DeltaGenerator, found: "Provenance", proposals: Sequence[ComparedText]
) -> None:
    """List the first sentences, each with the passages that are most like it.

    Args:
        place: A container of its own.
        found: What the sentences resemble.
        proposals: What the aggregator has read.
    """
    listed = [each for each in found.sentences if each.kind != "code"]
    shown = listed[:SENTENCES_AT_MOST]
    for start in range(0, len(shown), _IN_A_PIECE):
        piece = shown[start : start + _IN_A_PIECE]
        place.markdown("\n".join(_lines(piece, proposals)))
    if left := len(listed) - len(shown):
        place.caption(f"And {left} more.")


def _lines(
    sentences: Sequence["SentenceSource"], proposals: Sequence[ComparedText]
) -> Iterator[str]:
    for sentence in sentences:
        yield f"- {plain_label(sentence.text, limit=_LONGEST)}"
        if sentence.unsupported:
            yield "  - :gray[no passage is like it]"
        for index in sentence.supporters[:_PASSAGES_AT_MOST]:
            source = proposals[index]
            if span := sentence.passages[index]:
                passage = plain_label(span.of(source.text), limit=_LONGEST)
                alike = percent(sentence.support[index])
                if index in sentence.verbatim:
                    alike = "word for word"
                yield f"  - :gray[**{source.mark}** {alike} · {passage}]"
