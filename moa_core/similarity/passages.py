"""Finds the passage of each text that a sentence is most like.

A passage is one sentence of a text or two neighbours. What counts is the share of the
sentence's words and of its word pairs that the passage has, by weight, half and half.
Words that many sentences have weigh little, as do short ones. ``EVIDENCE`` is added to
the whole, so that three words never count as much as a long sentence that is as alike.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from moa_core.similarity.sentences import Span, sentences
from moa_core.similarity.terms import term_weight, terms

Gram: TypeAlias = str | tuple[str, str]
"""A word, or two that follow one another."""

EVIDENCE = 8.0
"""About the weight of two rare words."""

PASSAGES_AT_MOST = 3000
"""A gram of more passages tells nothing, and is left out to bound the cost."""

WORDS_OF_A_QUOTATION = 5

_FEW_SENTENCES = 50
"""Added to those there are: in a handful of sentences every word looks rare."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a text, or two neighbours.

    Attributes:
        text: Which of the texts, by index.
        span: Where in it.
        sentences: The terms of each of its sentences.
    """

    text: int
    span: Span
    sentences: tuple[tuple[str, ...], ...]

    def quotes(self, words: Sequence[str]) -> bool:
        """Whether ``words`` stand in it one after the other, or are all of it.

        Fewer than five stand in many a text by chance, so they must be all of it.
        """
        if len(words) < WORDS_OF_A_QUOTATION:
            return self.sentences == (tuple(words),)
        own = " ".join(word for sentence in self.sentences for word in sentence)
        return f" {' '.join(words)} " in f" {own} "


@dataclass(frozen=True, slots=True)
class PassageMatch:
    """How like a sentence the best passage of a text is, 0 to almost 1."""

    score: float
    passage: Passage | None


class Passages:
    """All passages of some texts, found by their words and word pairs."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = len(texts)
        self._all = [p for i, text in enumerate(texts) for p in _passages(i, text)]
        self._having: dict[Gram, list[int]] = defaultdict(list)
        for number, passage in enumerate(self._all):
            for gram in {gram for words in passage.sentences for gram in _grams(words)}:
                self._having[gram].append(number)
        single = [p.sentences[0] for p in self._all if len(p.sentences) == 1]
        self._sentences = len(single)
        self._frequency = Counter(word for words in single for word in set(words))

    def most_like(self, words: Sequence[str]) -> list[PassageMatch]:
        """The passage of each text that is most like a sentence of ``words``.

        Of equals it is the first, and one sentence before two.
        """
        best = [PassageMatch(0.0, None)] * self._texts
        for number, score in sorted(self._scores(words).items()):
            passage = self._all[number]
            if score > best[passage.text].score:
                best[passage.text] = PassageMatch(score, passage)
        return best

    def _scores(self, words: Sequence[str]) -> Mapping[int, float]:
        """Every passage that has anything of ``words``, and how much."""
        scores: dict[int, float] = defaultdict(float)
        rows: tuple[Iterable[Gram], ...] = (words, pairwise(words))
        for grams in rows:
            weights = {
                gram: self._weight(gram)
                for gram in grams
                if len(self._having.get(gram, ())) <= PASSAGES_AT_MOST
            }
            whole = 2 * (math.fsum(weights.values()) + EVIDENCE)
            for gram, weight in weights.items():
                part = weight / whole
                for number in self._having.get(gram, ()):
                    scores[number] += part
        return scores

    def _weight(self, gram: Gram) -> float:
        if isinstance(gram, tuple):
            return (self._weight(gram[0]) + self._weight(gram[1])) / 2
        everywhere = _FEW_SENTENCES + self._sentences
        return term_weight(gram) * math.log(everywhere / (1 + self._frequency[gram]))


def _passages(number: int, text: str) -> Iterator[Passage]:
    spans = sentences(text)
    words = [tuple(terms(span.of(text))) for span in spans]
    for span, own in zip(spans, words, strict=True):
        yield Passage(number, span, (own,))
    for (a, first), (b, second) in pairwise(zip(spans, words, strict=True)):
        yield Passage(number, Span(a.start, b.end), (first, second))


def _grams(words: Sequence[str]) -> Iterable[Gram]:
    yield from words
    yield from pairwise(words)
