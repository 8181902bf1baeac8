"""The story of a run, told one event at a time.

A stream starts with RunStarted and ends with exactly one RunFinished or RunAborted.
Layers follow one another; the events of one layer's proposers interleave. Each seat
tells: started, deltas, then finished or failed; a restart in between voids its text.
A call that queued for a place at its endpoint tells started again when it gets one.
Nothing is told of seats that are reused, nor of layers that have no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from moa_core.errors import RunError
from moa_core.mixture import AgentSpec, MoAConfig, Seat
from moa_core.run.completion import DeltaKind
from moa_core.run.results import Call, CallRole
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
class ProposalStarted:
    """A proposer is asked, for the ``attempt``-th time."""

    at_s: float
    seat: Seat
    agent: AgentSpec
    attempt: int


@dataclass(frozen=True, slots=True)
class ProposalDelta:
    """A proposer wrote ``text``."""

    at_s: float
    seat: Seat
    text: str
    kind: DeltaKind


@dataclass(frozen=True, slots=True)
class ProposalRestarted:
    """An attempt failed or was given up; another begins in ``wait_s`` seconds."""

    at_s: float
    call: Call
    wait_s: float


@dataclass(frozen=True, slots=True)
class ProposalFinished:
    """A proposer is done; ``call.text`` is its proposal."""

    at_s: float
    call: Call


@dataclass(frozen=True, slots=True)
class ProposalFailed:
    """A proposer dropped out; its layer carries on without it."""

    at_s: float
    call: Call


@dataclass(frozen=True, slots=True)
class LayerFinished:
    """A layer has ended: ``answered`` of ``asked`` seats, reused ones too, answered."""

    at_s: float
    layer_index: int
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class SynthesisStarted:
    """The aggregator, or a fallback (``seat.position`` > 0), is asked."""

    at_s: float
    seat: Seat
    agent: AgentSpec
    attempt: int


@dataclass(frozen=True, slots=True)
class SynthesisDelta:
    """The aggregator wrote ``text``."""

    at_s: float
    seat: Seat
    text: str
    kind: DeltaKind


@dataclass(frozen=True, slots=True)
class SynthesisRestarted:
    """An attempt failed or was given up; another begins in ``wait_s`` seconds."""

    at_s: float
    call: Call
    wait_s: float


@dataclass(frozen=True, slots=True)
class SynthesisFinished:
    """The aggregator is done; ``call.text`` is the synthesis."""

    at_s: float
    call: Call


@dataclass(frozen=True, slots=True)
class SynthesisFailed:
    """The aggregator failed for good; a fallback follows if there is one."""

    at_s: float
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run ended with an answer, or with what it was asked for instead of one.

    Attributes:
        text: The synthesis; empty where the run only asked proposers again.
        finish_reason: ``length`` says that it was cut at max tokens.
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


RunEvent: TypeAlias = (
    RunStarted
    | LayerStarted
    | ProposalStarted
    | ProposalDelta
    | ProposalRestarted
    | ProposalFinished
    | ProposalFailed
    | LayerFinished
    | SynthesisStarted
    | SynthesisDelta
    | SynthesisRestarted
    | SynthesisFinished
    | SynthesisFailed
    | RunFinished
    | RunAborted
)


@dataclass(frozen=True, slots=True)
class CallEvents:
    """The events that tell of a call in one role."""

    started: type[ProposalStarted | SynthesisStarted]
    delta: type[ProposalDelta | SynthesisDelta]
    restarted: type[ProposalRestarted | SynthesisRestarted]
    finished: type[ProposalFinished | SynthesisFinished]
    failed: type[ProposalFailed | SynthesisFailed]


CALL_EVENTS: Mapping[CallRole, CallEvents] = {
    "proposer": CallEvents(
        ProposalStarted,
        ProposalDelta,
        ProposalRestarted,
        ProposalFinished,
        ProposalFailed,
    ),
    "aggregator": CallEvents(
        SynthesisStarted,
        SynthesisDelta,
        SynthesisRestarted,
        SynthesisFinished,
        SynthesisFailed,
    ),
}
