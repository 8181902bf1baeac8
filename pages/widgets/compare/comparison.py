"""What comparing several texts with a chosen one comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pages.widgets.compare.agreement_view import agreement_of
from pages.widgets.compare.similarity import Likeness, likenesses
from pages.widgets.compare.sources import provenance_of
from pages.widgets.compare.texts import Compared


@dataclass(frozen=True, slots=True)
class Findings:
    """Figures for each text, by its mark.

    Attributes:
        against: The text that the others are compared with.
        alike: How like it each text is in one figure, 0 to 1, as the matrix has it.
        likenesses: The same by the measures that papers report.
        answer: The answer whose shares are told; ``None`` if there is no answer.
        shares: The share of that answer that each proposal has, 0 to 1; only those
            that it was made from have one.
    """

    against: Compared
    alike: Mapping[str, float]
    likenesses: Mapping[str, Likeness]
    answer: Compared | None
    shares: Mapping[str, float]


def compare(texts: Sequence[Compared], against: Compared) -> Findings:
    """Compare every text with ``against``, one of them."""
    marks = [text.mark for text in texts]
    contents = tuple(text.text for text in texts)
    row = agreement_of(contents).matrix[marks.index(against.mark)]
    answer = _answer(texts, against)
    return Findings(
        against=against,
        alike=dict(zip(marks, row, strict=True)),
        likenesses=dict(zip(marks, likenesses(against.text, contents), strict=True)),
        answer=answer,
        shares=_shares(answer),
    )


def _answer(texts: Sequence[Compared], against: Compared) -> Compared | None:
    """The answer that is compared with, else the newest one."""
    if against.layer_index is None:
        return against
    return next((text for text in reversed(texts) if text.layer_index is None), None)


def _shares(answer: Compared | None) -> Mapping[str, float]:
    if answer is None or not answer.read:
        return {}
    found = provenance_of(answer.text, tuple(source.text for source in answer.read))
    marks = [source.mark for source in answer.read]
    return dict(zip(marks, found.shares, strict=True))
