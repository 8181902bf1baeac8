"""Decides when a run goes on, asks twice or asks nobody: by figures, without calls."""

from moa_core.engine.pacing.doubt import DEFAULT_THRESHOLD, doubt_about, families_agree
from moa_core.engine.pacing.early_exit import DEFAULT_AGREEMENT, layer_agreement
from moa_core.engine.pacing.threshold import (
    VOTES_NEEDED,
    Threshold,
    VoteOnDoubt,
    learnt_threshold,
)

__all__ = [
    "DEFAULT_AGREEMENT", "DEFAULT_THRESHOLD", "VOTES_NEEDED", "Threshold",
    "VoteOnDoubt", "doubt_about", "families_agree", "layer_agreement",
    "learnt_threshold",
]  # fmt: skip
