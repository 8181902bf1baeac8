"""Runs mixtures: calls their agents layer by layer, within limits."""

from typing import TYPE_CHECKING

from moa_core.engine.budget import Budget
from moa_core.engine.engine_loop import EngineLoop
from moa_core.engine.fast_start import Continuations, Way
from moa_core.engine.limits import CallRates, LimitWait, LocalCallRates
from moa_core.engine.live import LiveRun, LiveRuns, Watcher
from moa_core.engine.pacing import (
    DEFAULT_THRESHOLD,
    VOTES_NEEDED,
    Threshold,
    UsualTimes,
    VoteOnDoubt,
    doubt_about,
    kin,
    learnt_threshold,
)
from moa_core.engine.resilience import Resilient
from moa_core.engine.seat_request import SeatRequest
from moa_core.engine.sight import Sight
from moa_core.engine.single_call import Attempt, make_call
from moa_core.engine.windows import Windows
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.engine.execution import Engine

__all__ = [
    "DEFAULT_THRESHOLD", "VOTES_NEEDED", "Attempt", "Budget", "CallRates",
    "Continuations", "Engine", "EngineLoop", "LimitWait", "LiveRun", "LiveRuns",
    "LocalCallRates", "Resilient", "SeatRequest", "Sight", "Threshold", "UsualTimes",
    "VoteOnDoubt", "Watcher", "Way", "Windows", "doubt_about", "kin",
    "learnt_threshold", "make_call",
]  # fmt: skip

if (
    not TYPE_CHECKING
):  # pages and stores need the rest; `Engine` loads all modes of a run
    __getattr__ = names_on_demand(__name__, {"execution": "Engine"})
