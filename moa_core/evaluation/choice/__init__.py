"""Suggests models for a mixture, by how good and by how different they are."""

from moa_core.evaluation.choice.likeness import FEWEST_QUESTIONS, Likeness, likenesses
from moa_core.evaluation.choice.reasons import ModelRecord, missed_in_words, reasons_for
from moa_core.evaluation.choice.sets import BAND, SuggestedSet, candidates, suggest
from moa_core.evaluation.choice.suggestion import (
    Known,
    Suggestion,
    comparable,
    suggestion,
)

__all__ = [
    "BAND", "FEWEST_QUESTIONS", "Known", "Likeness", "ModelRecord", "SuggestedSet",
    "Suggestion", "candidates", "comparable", "likenesses", "missed_in_words",
    "reasons_for", "suggest", "suggestion",
]  # fmt: skip
