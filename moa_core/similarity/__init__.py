"""Compares texts: similarity, agreement, provenance and word differences."""

from moa_core.similarity.agreement import Agreement, agreement, most_alike, summary
from moa_core.similarity.contrary import contrary
from moa_core.similarity.measures import bleu, levenshtein, tfidf
from moa_core.similarity.provenance import Provenance, SentenceSource, provenance
from moa_core.similarity.word_diff import DiffKind, DiffPart, word_difference

__all__ = [
    "Agreement", "DiffKind", "DiffPart", "Provenance", "SentenceSource", "agreement",
    "bleu", "contrary", "levenshtein", "most_alike", "provenance", "summary", "tfidf",
    "word_difference",
]  # fmt: skip
