"""Decides when a run goes on, asks twice or asks nobody."""

from moa_core.engine.pacing.doubt import DEFAULT_THRESHOLD, doubt_about, families_agree
from moa_core.engine.pacing.early_exit import DEFAULT_AGREEMENT, layer_agreement
from moa_core.engine.pacing.hedging import Hedge, HedgeAllowance, HedgedProvider
from moa_core.engine.pacing.open_calls import OpenCalls
from moa_core.engine.pacing.patience import judge_wait
from moa_core.engine.pacing.progress import SeatProgress
from moa_core.engine.pacing.threshold import (
    VOTES_NEEDED,
    Threshold,
    VoteOnDoubt,
    learnt_threshold,
)
from moa_core.engine.pacing.usual import UsualTimes
from moa_core.engine.pacing.watch import SeatWatch

__all__ = [
    "DEFAULT_AGREEMENT", "DEFAULT_THRESHOLD", "VOTES_NEEDED", "Hedge", "HedgeAllowance",
    "HedgedProvider", "OpenCalls", "SeatProgress", "SeatWatch", "Threshold",
    "UsualTimes", "VoteOnDoubt", "doubt_about", "families_agree", "judge_wait",
    "layer_agreement", "learnt_threshold",
]  # fmt: skip
