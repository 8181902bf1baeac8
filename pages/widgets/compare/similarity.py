"""How alike texts are, by the measures that papers report, and in words for users."""

from dataclasses import dataclass
from functools import lru_cache

EXPLAINED = """\
How alike two texts are, by three measures. None of them knows what a text means.

- **TF-IDF**: whether both use the same words, however ordered; rare words count more.
- **BLEU**: whether whole runs of up to four words are the same.
- **Edits**: how much of the letters stays when one text is edited into the other
  (Levenshtein).

100 % is the same text, 0 % has nothing in common. Two good answers in different words
can score low.
"""

_KEPT = 32


@dataclass(frozen=True, slots=True)
class SimilarityScores:
    """How like another text one is; each 0 to 1.

    Attributes:
        tfidf: Cosine of the TF-IDF vectors.
        bleu: Sentence BLEU with the other text as reference.
        levenshtein: 1 - edit distance / length of the longer text.
    """

    tfidf: float
    bleu: float
    levenshtein: float


@lru_cache(_KEPT)
def similarity_scores(
    target: str, texts: tuple[str, ...]
) -> tuple[SimilarityScores, ...]:
    """How like ``target`` each text is.

    The last comparisons are remembered, since every click draws the page anew.
    """
    from moa_core.similarity import bleu, levenshtein, tfidf

    cosines = tfidf(target, texts)
    return tuple(
        SimilarityScores(cosine, bleu(text, target) / 100, levenshtein(text, target))
        for text, cosine in zip(texts, cosines, strict=True)
    )
