"""Suggests models for a mixture, by how good and by how different they are."""

from moa_core.evaluation.choice.likeness import FEWEST_QUESTIONS, likenesses
from moa_core.evaluation.choice.reasons import ModelRecord, reasons_for
from moa_core.evaluation.choice.sets import SuggestedSet, candidates, suggest

__all__ = [
    "FEWEST_QUESTIONS", "ModelRecord", "SuggestedSet", "candidates", "likenesses",
    "reasons_for", "suggest",
]  # fmt: skip
