"""What comparing several texts with a chosen one comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pages.widgets.compare.agreement_view import agreement_of
from pages.widgets.compare.similarity import SimilarityScores, similarity_scores
from pages.widgets.compare.sources import provenance_of
from pages.widgets.compare.texts import ComparedText


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures for each text, by its mark.

    Attributes:
        against: The text that the others are compared with.
        alike: How like it each text is in one figure, 0 to 1, as the matrix has it.
        similarity_scores: The same by the measures that papers report.
        answer: The answer whose shares are told; ``None`` if there is no answer.
        shares: The share of that answer that each proposal has, 0 to 1; only those
            that it was made from have one.
    """

    against: ComparedText
    alike: Mapping[str, float]
    similarity_scores: Mapping[str, SimilarityScores]
    answer: ComparedText | None
    shares: Mapping[str, float]


def compare(texts: Sequence[ComparedText], against: ComparedText) -> Comparison:
    """Compare every text with ``against``, one of them."""
    marks = [text.mark for text in texts]
    contents = tuple(text.text for text in texts)
    row = agreement_of(contents).matrix[marks.index(against.mark)]
    answer = _answer(texts, against)
    return Comparison(
        against=against,
        alike=dict(zip(marks, row, strict=True)),
        similarity_scores=dict(
            zip(marks, similarity_scores(against.text, contents), strict=True)
        ),
        answer=answer,
        shares=_shares(answer),
    )


def _answer(
    texts: Sequence[ComparedText], against: ComparedText
) -> ComparedText | None:
    """The answer that is compared with, else the newest one."""
    if against.layer_index is None:
        return against
    return next((text for text in reversed(texts) if text.layer_index is None), None)


def _shares(answer: ComparedText | None) -> Mapping[str, float]:
    if answer is None or not answer.read:
        return {}
    found = provenance_of(answer.text, tuple(source.text for source in answer.read))
    marks = [source.mark for source in answer.read]
    return dict(zip(marks, found.shares, strict=True))
