"""Defines the events of a run.

A stream starts with RunStarted and ends with exactly one RunFinished or RunAborted.
Layers follow one another; the events of one layer's proposers interleave. The events of
a seat are CallStarted, any number of CallDelta and CallNoted, then CallFinished or
CallFailed; a CallRestarted in between voids its text (but what a CallContinued has
kept of it), a CallReclassified makes it reasoning. A writer that was offered tools may
call them (CallToolDelta). A call that queued for a place at its endpoint, or for a
model that is being loaded, says so (CallQueued) and starts again after that. CallTimed
says how long it may be silent, CallExtended that a user gave it more time, and
CallAlive, at most once a second, that its server is there though no content comes.
Reused calls have no events, nor have layers of nothing else. A RunDecided says what a
run decided by itself; a layer that went on without late proposers has finished, while
their calls go on and end as usual, with ``call.late``.
"""

from dataclasses import dataclass
from typing import TypeAlias

from moa_core.errors import RunError
from moa_core.mixture import AgentSpec, MoAConfig, Seat
from moa_core.run.completion import DeltaKind, QueueReason, Timed
from moa_core.run.decisions import Decision
from moa_core.run.results import Call, CallRole
from moa_core.run.writer import ToolCallPiece
from moa_core.usage import Cost, Usage


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run was accepted. ``at_s`` counts seconds from here, in every event."""

    at_s: float
    config: MoAConfig


@dataclass(frozen=True, slots=True)
class LayerStarted:
    """Proposers of a layer are about to be asked: all whose seat is not reused."""

    at_s: float
    layer_index: int


@dataclass(frozen=True, slots=True)
class CallStarted:
    """An agent is called, for the ``attempt``-th time.

    An aggregator with ``seat.position`` > 0 is a fallback.

    Attributes:
        continues: Whether it goes on with what the requests before it wrote.
    """

    at_s: float
    role: CallRole
    seat: Seat
    agent: AgentSpec
    attempt: int
    continues: bool = False


@dataclass(frozen=True, slots=True)
class CallDelta:
    """An agent wrote ``text``."""

    at_s: float
    role: CallRole
    seat: Seat
    text: str
    kind: DeltaKind


@dataclass(frozen=True, slots=True)
class CallToolDelta:
    """An agent wrote pieces of calls of tools."""

    at_s: float
    role: CallRole
    seat: Seat
    pieces: tuple[ToolCallPiece, ...]


@dataclass(frozen=True, slots=True)
class CallReclassified:
    """What an agent had written as its answer so far turned out to be reasoning."""

    at_s: float
    role: CallRole
    seat: Seat


@dataclass(frozen=True, slots=True)
class CallNoted:
    """A sentence on how a call is made, which its ``notes`` will have too."""

    at_s: float
    role: CallRole
    seat: Seat
    agent: AgentSpec
    text: str


@dataclass(frozen=True, slots=True)
class CallQueued:
    """A call waits before it is made; no clock of it runs, and it costs nothing.

    Attributes:
        reason: ``slot``: for a place at its endpoint; ``loading``: for its model.
    """

    at_s: float
    role: CallRole
    seat: Seat
    agent: AgentSpec
    reason: QueueReason


@dataclass(frozen=True, slots=True)
class CallTimed:
    """How long a call may be silent from now on."""

    at_s: float
    role: CallRole
    seat: Seat
    limits: Timed


@dataclass(frozen=True, slots=True)
class CallExtended:
    """A user gave a call more time: it is not given up for ``seconds`` from now."""

    at_s: float
    role: CallRole
    seat: Seat
    seconds: float


@dataclass(frozen=True, slots=True)
class CallAlive:
    """The server of a call sent something that is no content."""

    at_s: float
    role: CallRole
    seat: Seat


@dataclass(frozen=True, slots=True)
class _AttemptEnded:
    at_s: float
    call: Call

    @property
    def role(self) -> CallRole:
        """Role of the agent that was called."""
        return self.call.role

    @property
    def seat(self) -> Seat:
        """Seat of the agent that was called."""
        return self.call.seat


@dataclass(frozen=True, slots=True)
class CallRestarted(_AttemptEnded):
    """An attempt failed or was given up; another begins in ``wait_s`` seconds."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class CallContinued(_AttemptEnded):
    """A request has ended, ``call.continued``; another one goes on with its text."""

    @property
    def wait_s(self) -> float:
        """For how long the seat waits to try again: it only waits for more to read."""
        return 0.0


@dataclass(frozen=True, slots=True)
class CallFinished(_AttemptEnded):
    """An agent is done; ``call.text`` is its proposal, or the synthesis."""


@dataclass(frozen=True, slots=True)
class CallFailed(_AttemptEnded):
    """An agent failed for good, or was stopped.

    A layer carries on without its proposer; an aggregator's fallback follows, if any.
    """


@dataclass(frozen=True, slots=True)
class LayerFinished:
    """A layer has ended: ``answered`` of ``asked`` seats, reused ones too, answered."""

    at_s: float
    layer_index: int
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class RunDecided:
    """The run decided something by itself, to save time or money."""

    at_s: float
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run ended with an answer, or with what it was asked for instead of one.

    Attributes:
        text: The synthesis; empty where the run only asked proposers again.
        finish_reason: ``length`` says that it was cut at max tokens, ``deadline`` that
            it was given up when nothing more came; the text is what had arrived.
        usage: Tokens of all calls, failed attempts included.
        cost: Money for all calls, failed attempts included.
        ttft_s: Seconds from the start of the run to the synthesis' first content.
        latency_s: Seconds from the start of the run to its end.
    """

    at_s: float
    text: str
    finish_reason: str | None
    usage: Usage
    cost: Cost
    ttft_s: float | None
    latency_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAborted:
    """The run ended without an answer.

    Attributes:
        error: Why; a RunStoppedError when the user stopped it.
        text: What had arrived of the synthesis.
    """

    at_s: float
    error: RunError
    text: str
    usage: Usage
    cost: Cost
    latency_s: float


CallEvent: TypeAlias = (
    CallStarted
    | CallQueued
    | CallTimed
    | CallExtended
    | CallAlive
    | CallDelta
    | CallToolDelta
    | CallReclassified
    | CallNoted
    | CallRestarted
    | CallContinued
    | CallFinished
    | CallFailed
)
RunEvent: TypeAlias = (
    RunStarted
    | LayerStarted
    | CallEvent
    | LayerFinished
    | RunDecided
    | RunFinished
    | RunAborted
)
