"""Measures the similarity of two texts as the paper does: BLEU, TF-IDF, edit distance.

The paper compares proposals with the final answer by these (Wang et al. 2024,
arXiv:2406.04692, section 3.3 and appendix A). The libraries behind them are imported
when they are first needed: sacrebleu takes an eighth of a second.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU

Vector = Mapping[str, float]
"""Weights of words, of length 1 in all; empty for a text without words."""

Weight = Callable[[str, int], float]
"""What a word weighs that a text has so many times."""

_WORD = re.compile(r"\b\w\w+\b")


def bleu(candidate: str, reference: str, max_order: int = 4) -> float:
    """Sentence BLEU of ``candidate`` against ``reference``, 0..100.

    As sacrebleu has it: 13a tokens, exponential smoothing, effective order, n-grams of
    up to ``max_order`` words. It is not symmetric. A text without words gives 0.
    """
    score = _bleu(max_order).sentence_score(candidate, [reference]).score
    _forget_texts()
    return min(score, 100.0)


def tfidf(target: str, candidates: Sequence[str]) -> list[float]:
    """Cosines of the TF-IDF vectors of ``target`` and of each candidate, 0..1.

    As scikit-learn's default ``TfidfVectorizer`` has it, fitted on the target and the
    candidates: so a cosine depends on the other candidates, too. A text without words
    of two letters or more gives 0.
    """
    first, *others = vectors(words(text) for text in (target, *candidates))
    return [cosine(first, other) for other in others]


def levenshtein(a: str, b: str) -> float:
    """1 - distance / length of the longer text, in characters, 0..1; symmetric.

    Two empty texts are equal, so 1.
    """
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(a, b))


def words(text: str) -> list[str]:
    """Lower-case words of two letters or more, as scikit-learn finds them."""
    return _WORD.findall(text.lower())


def vectors(
    texts: Iterable[Sequence[str]], weight: Weight = lambda _, times: times
) -> list[Vector]:
    """TF-IDF vectors of texts that are given as lists of their words.

    What a word weighs in a text that has it so many times (as often as it is there, if
    nothing else is said), times ``ln((1 + texts) / (1 + texts with the word)) + 1``;
    then scaled to length 1.
    """
    counts = [Counter(text) for text in texts]
    having = Counter(word for count in counts for word in count)
    rarity = {
        word: math.log((1 + len(counts)) / (1 + n)) + 1 for word, n in having.items()
    }
    return [
        _scaled({w: weight(w, n) * rarity[w] for w, n in count.items()})
        for count in counts
    ]


def cosine(a: Vector, b: Vector) -> float:
    """How far two vectors of length 1 point the same way, 0..1."""
    few, many = sorted((a, b), key=len)
    return min(1.0, math.fsum(many[w] * x for w, x in few.items() if w in many))


def _scaled(weights: Vector) -> Vector:
    length = math.hypot(*weights.values())
    return {word: weight / length for word, weight in weights.items()}


@cache
def _bleu(max_order: int) -> "BLEU":
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(max_ngram_order=max_order, effective_order=True)


def _forget_texts() -> None:
    """Or sacrebleu's tokenizers keep the last 65,536 texts, and for nobody."""
    from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
    from sacrebleu.tokenizers.tokenizer_re import TokenizerRegexp

    Tokenizer13a.__call__.cache_clear()
    TokenizerRegexp.__call__.cache_clear()
