"""Scores recorded judgements, and computes documents of expected values again."""

from moa_core.evaluation.scoring.documents import KINDS_SCORED, score_file

__all__ = ["KINDS_SCORED", "score_file"]
