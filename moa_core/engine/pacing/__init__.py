"""Decides when a run goes on, asks twice or asks nobody."""

from moa_core.engine.pacing.doubt import (
    DEFAULT_THRESHOLD,
    Doubt,
    doubt_about,
    families_agree,
    kin,
)
from moa_core.engine.pacing.early_exit import layer_agreement
from moa_core.engine.pacing.hedging import Hedge, HedgeAllowance, HedgedProvider
from moa_core.engine.pacing.open_calls import OpenCalls
from moa_core.engine.pacing.opinions import asking_order, saving_of
from moa_core.engine.pacing.patience import judge_wait, quorum_of
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
    "DEFAULT_THRESHOLD", "VOTES_NEEDED", "Doubt", "Hedge", "HedgeAllowance",
    "HedgedProvider", "OpenCalls", "SeatProgress", "SeatWatch", "Threshold",
    "UsualTimes", "VoteOnDoubt", "asking_order", "doubt_about", "families_agree",
    "judge_wait", "kin", "layer_agreement", "learnt_threshold",
    "quorum_of", "saving_of",
]  # fmt: skip
