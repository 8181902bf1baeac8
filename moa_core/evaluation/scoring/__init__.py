"""Scores recorded judgements, and computes documents of expected values again."""

from moa_core.evaluation.scoring.documents import KINDS_SCORED, score_file
from moa_core.evaluation.scoring.recorded_figures import (
    RecordedFigure,
    recorded_figures,
)

__all__ = ["KINDS_SCORED", "RecordedFigure", "recorded_figures", "score_file"]
