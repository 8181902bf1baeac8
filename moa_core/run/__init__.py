"""Defines a run: its calls, events and state, and the controls of a user."""

from moa_core.run.completion import (
    Begin,
    CompletionRequest,
    Delta,
    DeltaKind,
    Finish,
    LocalServer,
    MoreTime,
    Note,
    Provider,
    Queued,
    Reclassify,
    Report,
    Restart,
    SignOfLife,
    Situated,
    StreamItem,
    Timed,
)
from moa_core.run.controls import Controls, SeatControl
from moa_core.run.events import (
    CallAlive,
    CallDelta,
    CallEvent,
    CallExtended,
    CallFailed,
    CallFinished,
    CallNoted,
    CallQueued,
    CallReclassified,
    CallRestarted,
    CallStarted,
    CallTimed,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
)
from moa_core.run.interruption import Interruption
from moa_core.run.repetition import repeats_itself
from moa_core.run.results import Call, CallOutcome, CallRole, SeatRole
from moa_core.run.rework import FULL_RUN, ReusedCall, Rework
from moa_core.run.run_state import LayerState, RunState, RunStatus
from moa_core.run.seat_state import CallStatus, SeatState

__all__ = [
    "FULL_RUN", "Begin", "Call", "CallAlive", "CallDelta", "CallEvent", "CallExtended",
    "CallFailed", "CallFinished", "CallNoted", "CallOutcome", "CallQueued",
    "CallReclassified", "CallRestarted", "CallRole", "CallStarted", "CallStatus",
    "CallTimed", "CompletionRequest", "Controls", "Delta", "DeltaKind", "Finish",
    "Interruption", "LayerFinished", "LayerStarted", "LayerState", "LocalServer",
    "MoreTime", "Note", "Provider", "Queued", "Reclassify", "Report", "Restart",
    "ReusedCall", "Rework", "RunAborted", "RunEvent", "RunFinished", "RunStarted",
    "RunState", "RunStatus", "SeatControl", "SeatRole", "SeatState", "SignOfLife",
    "Situated", "StreamItem", "Timed", "repeats_itself",
]  # fmt: skip
