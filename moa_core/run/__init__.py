"""Defines a run: its calls, events and state, and the controls of a user."""

from moa_core.run.completion import (
    Begin,
    CompletionRequest,
    Delta,
    DeltaKind,
    Finish,
    Note,
    Provider,
    Queued,
    Reclassify,
    Report,
    Restart,
    StreamItem,
)
from moa_core.run.controls import Controls, SeatControl
from moa_core.run.events import (
    CallDelta,
    CallEvent,
    CallFailed,
    CallFinished,
    CallNoted,
    CallReclassified,
    CallRestarted,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
)
from moa_core.run.results import Call, CallOutcome, CallRole
from moa_core.run.rework import FULL_RUN, ReusedCall, Rework
from moa_core.run.run_state import (
    CallStatus,
    LayerState,
    RunState,
    RunStatus,
    SeatState,
)

__all__ = [
    "FULL_RUN", "Begin", "Call", "CallDelta", "CallEvent", "CallFailed", "CallFinished",
    "CallNoted", "CallOutcome", "CallReclassified", "CallRestarted", "CallRole",
    "CallStarted", "CallStatus", "CompletionRequest", "Controls", "Delta", "DeltaKind",
    "Finish", "LayerFinished", "LayerStarted", "LayerState", "Note", "Provider",
    "Queued", "Reclassify", "Report", "Restart", "ReusedCall", "Rework", "RunAborted",
    "RunEvent", "RunFinished", "RunStarted", "RunState", "RunStatus", "SeatControl",
    "SeatState", "StreamItem",
]  # fmt: skip
