"""Finds the proposals that each sentence of a synthesis resembles, and how strongly.

The measure is lexical, local and the same every time (``passages`` says how). It tells
what is alike, which is no proof: an answer that never saw the proposals resembles them
as much, because models say the same things. The figures are in
docs/adr/0008-similarity.md.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moa_core.similarity.passages import Passages
from moa_core.similarity.sentences import Span, SpanKind, sentences
from moa_core.similarity.terms import terms

SUPPORT_THRESHOLD = 0.15
"""From here on a proposal supports a sentence; chosen on recorded answers, ADR 8."""


@dataclass(frozen=True, slots=True)
class SentenceSource:
    """One sentence of a synthesis, and what it resembles.

    Attributes:
        start: Where it begins in the synthesis, in characters; it ends before ``end``.
        support: For each proposal, 0..1; 1 is word for word.
        passages: For each proposal where its most similar passage stands in it;
            ``None`` where the two have nothing in common.
        verbatim: The proposals, by index, in which it stands word for word.
    """

    start: int
    end: int
    text: str
    kind: SpanKind
    support: tuple[float, ...]
    passages: tuple[Span | None, ...]
    verbatim: tuple[int, ...]

    @property
    def supporters(self) -> tuple[int, ...]:
        """Proposals that support it, by index, the strongest first."""
        strong = (i for i, s in enumerate(self.support) if s >= SUPPORT_THRESHOLD)
        return tuple(sorted(strong, key=lambda i: -self.support[i]))

    @property
    def unsupported(self) -> bool:
        """Whether no proposal supports it, so that it is the aggregator's own."""
        return not self.supporters


@dataclass(frozen=True, slots=True)
class Provenance:
    """What every sentence of a synthesis resembles, and what that comes to.

    Attributes:
        shares: For each proposal its share of the synthesis, 0..1: a sentence counts by
            its characters, and is divided among its supporters in proportion to their
            support.
        unsupported_share: The share that no proposal supports. It adds up to 1 with
            ``shares``; all are 0 if the synthesis has no sentence.
    """

    sentences: tuple[SentenceSource, ...]
    shares: tuple[float, ...]
    unsupported_share: float


def provenance(synthesis: str, proposals: Sequence[str]) -> Provenance:
    """Compare each sentence of ``synthesis`` with every passage of ``proposals``.

    The time is linear in the length of the proposals, and in that of the synthesis
    times how often its words occur in the proposals: at most 3,000 passages a word.
    """
    passages = Passages(proposals)
    sources = tuple(_source(span, synthesis, passages) for span in sentences(synthesis))
    *shares, own = _shares(sources, len(proposals))
    return Provenance(sources, tuple(shares), own)


def _source(span: Span, synthesis: str, passages: Passages) -> SentenceSource:
    text = span.of(synthesis)
    words = terms(text)
    best = passages.most_like(words)
    verbatim = tuple(
        number
        for number, like in enumerate(best)
        if like.passage is not None and like.passage.quotes(words)
    )
    return SentenceSource(
        start=span.start,
        end=span.end,
        text=text,
        kind=span.kind,
        support=tuple(
            1.0 if number in verbatim else like.score
            for number, like in enumerate(best)
        ),
        passages=tuple(like.passage.span if like.passage else None for like in best),
        verbatim=verbatim,
    )


def _shares(sources: Iterable[SentenceSource], proposals: int) -> list[float]:
    """The share of each proposal, and the aggregator's own one at the end."""
    characters = [0.0] * (proposals + 1)
    for source in sources:
        length, supporters = source.end - source.start, source.supporters
        support = math.fsum(source.support[i] for i in supporters)
        for i in supporters:
            characters[i] += length * source.support[i] / support
        if not supporters:
            characters[-1] += length
    whole = math.fsum(characters) or 1.0
    return [part / whole for part in characters]
